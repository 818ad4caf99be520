namespace Amused.Training;

/// <summary>
/// What reading a data set came to, so that nothing vanishes silently: how many pictures were taken, how many captions are only file names, what was left out and why.
/// </summary>
/// <param name="source">What the data set is called.</param>
/// <param name="isStrict">Whether all of it but pictures that are taken is an error.</param>
internal sealed class DataReport(string source, bool isStrict = false)
{
    /// <summary>How many names of each kind are told.</summary>
    private const int FirstNames = 3;

    private readonly OrderedDictionary<string, Matter> leftOut = [], notes = [];
    private readonly HashSet<string> decoded = [], silent = [];
    private readonly Lock access = new();
    private long pictures, fileNameCaptions;
    private string? splits;
    private bool isTold;

    /// <summary>Counts pictures that are taken.</summary>
    public void Take(long count = 1) => pictures += count;

    /// <summary>Counts a picture whose caption is its file's name because nothing else says anything of it.</summary>
    /// <exception cref="BrokenInputException">The data are to be read strictly.</exception>
    public void CaptionIsFileName(string name)
    {
        fileNameCaptions++;
        Add(notes, name, "captions are file names, as nothing else was found");
    }

    /// <summary>Counts a text that is in no Unicode encoding.</summary>
    /// <exception cref="BrokenInputException">The data are to be read strictly.</exception>
    /// <remarks>Each name counts once: archives are read anew in each epoch.</remarks>
    public void IsWindows1252(string name)
    {
        if (isStrict || decoded.Add(name))
            Add(notes, name, "texts were read as Windows-1252, as they are not UTF-8");
    }

    /// <summary>Counts something that is there and gives no picture.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="why">The reason, as it follows "left out: ".</param>
    /// <exception cref="BrokenInputException">The data are to be read strictly.</exception>
    public void LeaveOut(string name, string why) => Add(leftOut, name, why);

    /// <summary>Counts a picture as left out that was taken before anyone knew that it has no caption.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="where">Where the caption is looked for.</param>
    /// <exception cref="BrokenInputException">The data are to be read strictly.</exception>
    /// <remarks>Each name counts once: archives are read anew in each epoch.</remarks>
    public void HasNoCaption(string name, string where)
    {
        lock (access)
        {
            if (!silent.Add(name) && !isStrict)
                return;
            pictures--;
        }
        LeaveOut(name, WithoutCaption(where));
    }

    /// <summary>Why a picture is left out of which nothing is said.</summary>
    /// <param name="where">Where that is looked for.</param>
    public static string WithoutCaption(string where) => $"pictures without a caption, which is looked for in {where}";

    /// <summary>Notes that only one split is read, as was asked for.</summary>
    /// <param name="taken">The split.</param>
    /// <param name="others">Of each file that is not read, the split.</param>
    public void OtherSplits(string taken, IEnumerable<string> others)
    {
        string[] counts = [.. others.CountBy(split => split).OrderBy(split => split.Key, StringComparer.Ordinal)
            .Select(split => $"{FileFault.Quote(split.Key)} ({Count(split.Value, "file")})")];
        if (counts.Length > 0)
            splits = $"only the split {FileFault.Quote(taken)} was read, not {string.Join(", ", counts)}";
    }

    /// <summary>Says it all in a line for each matter, and again only if there is more to say.</summary>
    /// <param name="tell">Is told; null: nobody listens, and it can be told later.</param>
    public void Tell(Action<string>? tell)
    {
        lock (access)
        {
            if (tell is not null && !isTold)
                TellAll(tell);
        }
    }

    private void TellAll(Action<string> tell)
    {
        isTold = true;
        tell($"{FileFault.Printable(source)}: {Count(pictures, "picture")} taken, {Count(fileNameCaptions, "caption")} from file names, "
            + $"{Count(leftOut.Values.Sum(matter => matter.Count), "file")} left out");
        if (splits is not null)
            tell(splits);
        TellOdd(tell);
        foreach (var (why, matter) in leftOut)
            tell($"left out, {why}: {matter}");
    }

    /// <summary>Says only what is odd of texts, where there are no pictures to speak of.</summary>
    public void TellOdd(Action<string>? tell)
    {
        foreach (var (what, matter) in notes)
            tell?.Invoke($"{what}: {matter}");
    }

    private void Add(OrderedDictionary<string, Matter> matters, string name, string what)
    {
        using var turn = access.EnterScope();
        isTold = isStrict; // The error says what there is to say.
        if (isStrict)
            throw new BrokenInputException($"{FileFault.Printable(source)}: {FileFault.Quote(name)} ({what}) is an error with strict data");
        if (!matters.TryGetValue(what, out var matter))
            matters.Add(what, matter = new());
        matter.Count++;
        if (matter.Names.Count < FirstNames)
            matter.Names.Add(FileFault.Printable(name));
    }

    private static string Count(long count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private sealed class Matter
    {
        public long Count { get; set; }

        public List<string> Names { get; } = [];

        public override string ToString() => string.Join(", ", Names) + (Count > Names.Count ? $" and {Count - Names.Count} more" : "");
    }
}
