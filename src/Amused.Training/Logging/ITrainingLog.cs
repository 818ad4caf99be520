using Amused.Images;

namespace Amused.Training;

/// <summary>
/// Where a run's figures go. Steps are optimizer updates, from 1, and never fall; what is written is on its way to disk when the call returns, so
/// that a killed process loses nothing that came before its last checkpoint. For one thread at a time.
/// </summary>
internal interface ITrainingLog : IDisposable
{
    /// <summary>Writes figures of a step; several calls for one step add up.</summary>
    /// <param name="step">The step.</param>
    /// <param name="values">Figures by name, such as <c>loss</c> or <c>learning_rate</c>; NaN and infinities are figures too.</param>
    void WriteScalars(long step, IReadOnlyDictionary<string, double> values);

    /// <summary>Writes a picture.</summary>
    /// <param name="step">The step.</param>
    /// <param name="name">What it shows; the pictures of one name are a series.</param>
    /// <param name="image">The picture.</param>
    void WriteImage(long step, string name, RgbImage image);

    /// <summary>Writes a text.</summary>
    /// <param name="step">The step.</param>
    /// <param name="name">What it says; the texts of one name are a series.</param>
    /// <param name="text">The text; Markdown where the log can show it.</param>
    void WriteText(long step, string name, string text);
}

/// <summary>Several logs as one.</summary>
/// <param name="logs">The logs; disposed of with this one.</param>
internal sealed class CombinedLog(params IReadOnlyList<ITrainingLog> logs) : ITrainingLog
{
    /// <inheritdoc/>
    public void WriteScalars(long step, IReadOnlyDictionary<string, double> values)
    {
        foreach (var log in logs)
            log.WriteScalars(step, values);
    }

    /// <inheritdoc/>
    public void WriteImage(long step, string name, RgbImage image)
    {
        foreach (var log in logs)
            log.WriteImage(step, name, image);
    }

    /// <inheritdoc/>
    public void WriteText(long step, string name, string text)
    {
        foreach (var log in logs)
            log.WriteText(step, name, text);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var log in logs)
            log.Dispose();
    }
}
