using System.Globalization;
using Amused.Images;

namespace Amused.Training;

/// <summary>
/// An event file for TensorBoard: figures, pictures and texts. A resumed run adds a file of its own, which tells TensorBoard to forget what
/// older files in the folder have of later steps.
/// </summary>
/// <remarks>
/// The format is TensorFlow's (tensorflow/core/util/event.proto, in the frames of tfrecord files). It is written by hand so that each record is whole and
/// on its way to disk when a call returns, and so that a resumed run can take back what came after its checkpoint.
/// </remarks>
internal sealed class TensorBoardLog : ITrainingLog
{
    private const string Prefix = "events.out.tfevents.";

    private readonly string path;
    private readonly FileStream file;
    private readonly TimeProvider clock;

    /// <summary>Begins an event file.</summary>
    /// <param name="folder">The run's folder; made when it is not there.</param>
    /// <param name="resumeStep">The step that the run goes on from: 0 for a new run.</param>
    /// <param name="clock">Tells the time of each event; null: the system's.</param>
    /// <exception cref="BrokenInputException">The folder cannot be written to.</exception>
    public TensorBoardLog(string folder, long resumeStep = 0, TimeProvider? clock = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resumeStep);
        this.clock = clock ?? TimeProvider.System;
        path = folder;
        (path, file) = Attempt(() =>
        {
            Directory.CreateDirectory(folder);
            return Create(folder);
        });
        Write(EventMessage.Version(Now));
        Write(EventMessage.SessionStart(Now, resumeStep + 1));
    }

    private double Now => clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    /// <inheritdoc/>
    /// <exception cref="BrokenInputException">The disk is full.</exception>
    public void WriteScalars(long step, IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (var (name, value) in values)
            Write(EventMessage.Scalar(Now, step, name, value));
    }

    /// <inheritdoc/>
    /// <exception cref="BrokenInputException">The disk is full.</exception>
    public void WriteImage(long step, string name, RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Write(EventMessage.Image(Now, step, name, image.Width, image.Height, image.Encode(ImageFormat.Png)));
    }

    /// <inheritdoc/>
    /// <exception cref="BrokenInputException">The disk is full.</exception>
    public void WriteText(long step, string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(EventMessage.Text(Now, step, name, text));
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    // Files count in the order of their names, which therefore begin with a number that grows even within one second.
    private (string Path, FileStream File) Create(string folder)
    {
        var time = clock.GetUtcNow().ToUnixTimeSeconds();
        foreach (var older in Directory.EnumerateFiles(folder, Prefix + "*").Select(Path.GetFileName))
        {
            var number = older![Prefix.Length..].Split('.')[0];
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var earlier))
                time = Math.Max(time, earlier + 1);
        }
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{time:D10}.amused"));
        return (path, new(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
    }

    // One call for a whole record: a reader beside us, or a kill, finds it complete or cut, never mixed.
    private void Write(byte[] message) => Attempt(() =>
    {
        file.Write(EventRecords.Frame(message));
        file.Flush();
        return true;
    });

    private T Attempt<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FileFault.Of(path, $"cannot be written: {FileFault.Printable(cause.Message)}", cause);
        }
    }
}
