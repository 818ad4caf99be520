namespace Amused.Training;

/// <summary>Keeps count of examples that could not be used, and says when it is too many.</summary>
internal sealed class BrokenExamples(string source, LoaderOptions options)
{
    /// <summary>Before so many examples have been seen, a share says little: a few broken ones may just come first.</summary>
    private const int FewExamples = 100;

    /// <summary>So many broken ones are named, each in a line of its own; of the rest the number is told.</summary>
    private const int MostNamed = 10;

    private readonly HashSet<string> named = [];
    private bool isCounted;
    private long epoch = -1;
    private long seenInEpoch, brokenInEpoch, silentInEpoch;

    // Of an epoch that was gone on with, what is seen may be its last few.
    private bool isWhole;
    private string lastFault = "";

    /// <summary>How many there were altogether.</summary>
    public long Count { get; private set; }

    /// <summary>Counts one example.</summary>
    /// <param name="position">Its place; examples come in order.</param>
    /// <param name="example">What it is.</param>
    /// <param name="fault">What is wrong with it; null when nothing is.</param>
    /// <returns>Whether it is the first of another epoch than the last one's, so that one is over.</returns>
    /// <exception cref="BrokenInputException">Too many were broken.</exception>
    public bool Add(DataPosition position, RawExample example, BrokenInputException? fault)
    {
        bool isNext = position.Epoch != epoch && epoch >= 0;
        if (position.Epoch != epoch)
        {
            EndEpoch();
            (epoch, isWhole) = (position.Epoch, position.Index == 0);
        }

        seenInEpoch++;
        if (example.HasNoCaption)
            silentInEpoch++;
        if (fault is not null)
            Add(example.Name, fault);
        return isNext;
    }

    /// <summary>Judges the epoch as a whole.</summary>
    /// <exception cref="BrokenInputException">Too many were broken, or none can be used.</exception>
    public void EndEpoch()
    {
        StopIfOver(isWhole ? seenInEpoch : Math.Max(seenInEpoch, FewExamples));
        if (isWhole && brokenInEpoch + silentInEpoch == seenInEpoch)
            throw brokenInEpoch > 0 ? TooMany() : new BrokenInputException($"{source}: none of its {seenInEpoch} pictures has a caption");
        if (brokenInEpoch > MostNamed && !isCounted)
            options.Warning?.Invoke($"skipped: {brokenInEpoch} of {seenInEpoch} examples in all");
        isCounted |= brokenInEpoch > 0;
        (seenInEpoch, brokenInEpoch, silentInEpoch, isWhole) = (0, 0, 0, false);
    }

    private void Add(string name, BrokenInputException fault)
    {
        brokenInEpoch++;
        Count++;
        lastFault = fault.Message;
        if (named.Count < MostNamed && named.Add(name))
            options.Warning?.Invoke($"skipped: {fault.Message}");
        StopIfOver(Math.Max(seenInEpoch, FewExamples));
    }

    private void StopIfOver(long seen)
    {
        if (brokenInEpoch > options.MaxBrokenShare * seen)
            throw TooMany();
    }

    private BrokenInputException TooMany() => new(
        $"{source}: {brokenInEpoch} of {seenInEpoch} examples are broken, more than the {options.MaxBrokenShare:P0} that are let pass; the last one: {lastFault}");
}
