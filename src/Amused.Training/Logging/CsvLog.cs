using System.Text;
using Amused.Images;

namespace Amused.Training;

/// <summary>
/// A table of figures for spreadsheets and scripts: a line for each step, in the order of the steps, each step once, however often the run was
/// stopped and resumed. Pictures and texts have no place in it.
/// </summary>
internal sealed class CsvLog : ITrainingLog
{
    private readonly string path;
    private readonly List<string> columns;
    private readonly Dictionary<string, double> current = []; // of the last line
    private FileStream file;
    private long lastLine; // where it begins
    private long step;

    /// <summary>Opens a log to go on with it.</summary>
    /// <param name="path">The file; made, with the folders above it, when it is not there.</param>
    /// <param name="resumeStep">
    /// The step that the run goes on from, 0 for a new run: lines of later steps, which will come again, are taken out, and so is a line that a
    /// killed process did not finish.
    /// </param>
    /// <exception cref="BrokenInputException">The file cannot be read or written, or is no such log.</exception>
    public CsvLog(string path, long resumeStep = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resumeStep);
        this.path = path;
        (columns, var rows) = File.Exists(path) ? CsvTable.Read(path) : ([], []);
        file = Rewrite(rows.Where(row => row.Step <= resumeStep));
        lastLine = file.Length;
        step = resumeStep;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The step is before the last one, or a name has a line break or is <c>step</c>.</exception>
    /// <exception cref="BrokenInputException">The disk is full.</exception>
    public void WriteScalars(long step, IReadOnlyDictionary<string, double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, this.step);
        if (values.Keys.FirstOrDefault(name => name is CsvTable.StepColumn || name.AsSpan().IndexOfAny('\r', '\n') >= 0) is { } name)
            throw new ArgumentException($"\"{name}\" cannot be the name of a figure", nameof(values));
        Begin(step);
        foreach (var (key, value) in values)
            current[key] = value;
        AddColumns(values.Keys);
        Attempt(WriteLastLine);
    }

    /// <inheritdoc/>
    public void WriteImage(long step, string name, RgbImage image) { }

    /// <inheritdoc/>
    public void WriteText(long step, string name, string text) { }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private void Begin(long step)
    {
        if (step == this.step)
            return;
        current.Clear();
        lastLine = file.Length;
        this.step = step;
    }

    // A figure that earlier steps had not: the header and all lines are written anew, which happens a few times in a run.
    private void AddColumns(IEnumerable<string> names)
    {
        string[] added = [.. names.Where(name => !columns.Contains(name))];
        if (added.Length == 0)
            return;
        file.Dispose();
        var rows = CsvTable.Read(path).Rows.Where(row => row.Step != step).ToList();
        columns.AddRange(added);
        file = Rewrite(rows);
        lastLine = file.Length;
    }

    private FileStream Rewrite(IEnumerable<CsvRow> rows)
    {
        NewFile.Write(path, stream =>
        {
            if (columns.Count == 0)
                return;
            stream.Write(Encoding.UTF8.GetBytes(CsvTable.Header(columns)));
            foreach (var row in rows)
                stream.Write(Encoding.UTF8.GetBytes(CsvTable.Line(row, columns)));
        });
        return FileFault.Reading(path, () => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete));
    }

    private void WriteLastLine()
    {
        file.Position = lastLine;
        file.Write(Encoding.UTF8.GetBytes(CsvTable.Line(new(step, current), columns)));
        file.SetLength(file.Position);
        file.Flush();
    }

    private void Attempt(Action write)
    {
        try
        {
            write();
        }
        catch (IOException cause)
        {
            throw FileFault.Of(path, $"cannot be written: {FileFault.Printable(cause.Message)}", cause);
        }
    }
}
