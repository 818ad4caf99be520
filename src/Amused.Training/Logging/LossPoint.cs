namespace Amused.Training;

/// <summary>A step of a run, for its plot.</summary>
/// <param name="Step">The step.</param>
/// <param name="Loss">Its loss; NaN leaves a gap.</param>
/// <param name="LearningRate">Its learning rate; NaN where it is not known.</param>
internal readonly record struct LossPoint(long Step, double Loss, double LearningRate)
{
    /// <summary>Reads the points of a run from the table that a <see cref="CsvLog"/> wrote; steps without a loss are left out.</summary>
    /// <param name="path">The table.</param>
    /// <param name="lossName">The figure that is the loss.</param>
    /// <param name="learningRateName">The figure that is the learning rate.</param>
    /// <exception cref="BrokenInputException">The file cannot be read, is no such log, or has no such loss.</exception>
    public static IReadOnlyList<LossPoint> ReadCsv(string path, string lossName = "loss", string learningRateName = "learning_rate")
    {
        var (columns, rows) = CsvTable.Read(path);
        if (!columns.Contains(lossName))
            throw FileFault.Of(path, $"has no figure \"{lossName}\"; it has {string.Join(", ", columns.Select(FileFault.Quote))}");
        return [.. rows.Where(row => row.Values.ContainsKey(lossName))
            .Select(row => new LossPoint(row.Step, row.Values[lossName], row.Values.GetValueOrDefault(learningRateName, double.NaN)))];
    }
}
