namespace Amused.Training.Data;

/// <summary>Keeps count of examples that could not be used, and says when it is too many.</summary>
internal sealed class BrokenExamples(string source, LoaderOptions options)
{
    /// <summary>Before so many examples have been seen, a share says little: a few broken ones may just come first.</summary>
    private const int FewExamples = 100;

    private readonly HashSet<string> named = [];
    private long epoch = -1;
    private long seenInEpoch, brokenInEpoch;
    private string lastFault = "";

    /// <summary>How many there were altogether.</summary>
    public long Count { get; private set; }

    /// <summary>Counts one example.</summary>
    /// <param name="position">Its place; examples come in order.</param>
    /// <param name="name">Its name.</param>
    /// <param name="fault">What is wrong with it; null when nothing is.</param>
    /// <exception cref="BrokenInputException">Too many were broken.</exception>
    public void Add(DataPosition position, string name, BrokenInputException? fault)
    {
        if (position.Epoch != epoch)
        {
            EndEpoch();
            epoch = position.Epoch;
        }

        seenInEpoch++;
        if (fault is null)
            return;
        brokenInEpoch++;
        Count++;
        lastFault = fault.Message;
        if (named.Add(name))
            options.Warning?.Invoke($"skipped: {fault.Message}");
        StopIfOver(Math.Max(seenInEpoch, FewExamples));
    }

    /// <summary>Judges the epoch as a whole.</summary>
    /// <exception cref="BrokenInputException">Too many were broken, or all.</exception>
    public void EndEpoch()
    {
        StopIfOver(seenInEpoch);
        if (seenInEpoch > 0 && brokenInEpoch == seenInEpoch)
            throw TooMany();
        (seenInEpoch, brokenInEpoch) = (0, 0);
    }

    private void StopIfOver(long seen)
    {
        if (brokenInEpoch > options.MaxBrokenShare * seen)
            throw TooMany();
    }

    private BrokenInputException TooMany() => new(
        $"{source}: {brokenInEpoch} of {seenInEpoch} examples are broken, more than the {options.MaxBrokenShare:P0} that are let pass; the last one: {lastFault}");
}
