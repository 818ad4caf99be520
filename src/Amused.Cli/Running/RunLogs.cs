using Amused.Imaging;
using Amused.Training.Logging;

namespace Amused.Cli.Running;

/// <summary>What a run leaves to look at in its folder: a table, TensorBoard's files, and at the end a plot of the loss.</summary>
internal sealed class RunLogs : IDisposable
{
    private readonly string folder;
    private readonly CombinedLog log;

    /// <summary>Opens the logs, to go on with them where a run is resumed.</summary>
    public RunLogs(string folder, long step)
    {
        this.folder = folder;
        log = new(new CsvLog(TablePath, step), new TensorBoardLog(Path.Combine(folder, "logs"), step));
    }

    private string TablePath => Path.Combine(folder, "log.csv");

    public void Write(long step, IReadOnlyDictionary<string, double> figures) => log.WriteScalars(step, figures);

    public void Write(long step, RgbImage validation) => log.WriteImage(step, "validation", validation);

    /// <summary>Draws the loss of all steps so far, where there is one.</summary>
    public void Plot()
    {
        if (!File.Exists(TablePath) || new FileInfo(TablePath).Length == 0)
            return;
        var points = LossPoint.ReadCsv(TablePath);
        if (points.Any(point => double.IsFinite(point.Loss)))
            LossPlot.Draw(points, Path.GetFileName(Path.GetFullPath(folder))).Save(Path.Combine(folder, "loss.png"));
    }

    public void Dispose() => log.Dispose();
}
