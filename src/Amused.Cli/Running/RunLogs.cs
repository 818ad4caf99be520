using Amused.Images;
using Amused.Training;

namespace Amused.Cli.Running;

/// <summary>What a run leaves to look at in its folder: a table, TensorBoard's files, and at the end a plot of the loss.</summary>
/// <remarks>The files are opened at the first figure: a run whose data can't be read leaves no folder behind.</remarks>
/// <param name="folder">The run's folder.</param>
/// <param name="step">The step after which a resumed run goes on: its logs go on there too.</param>
internal sealed class RunLogs(string folder, long step) : IDisposable
{
    private CombinedLog? opened;

    private string TablePath => Path.Combine(folder, "log.csv");

    private CombinedLog Log => opened ??= new(new CsvLog(TablePath, step), new TensorBoardLog(Path.Combine(folder, "logs"), step));

    public void Write(long at, IReadOnlyDictionary<string, double> figures) => Log.WriteScalars(at, figures);

    public void Write(long at, RgbImage validation) => Log.WriteImage(at, "validation", validation);

    /// <summary>Draws the loss of all steps so far, where there is one.</summary>
    public void Plot()
    {
        if (RealFile.At(TablePath) is not { Exists: true, Length: > 0 })
            return;
        var points = LossPoint.ReadCsv(TablePath);
        if (points.Any(point => double.IsFinite(point.Loss)))
            LossPlot.Draw(points, Path.GetFileName(Path.GetFullPath(folder))).Save(Path.Combine(folder, "loss.png"));
    }

    public void Dispose() => opened?.Dispose();
}
