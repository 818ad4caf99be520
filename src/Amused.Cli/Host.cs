using System.Text;
using Amused.Runtime;

namespace Amused.Cli;

/// <summary>The world around a command: its streams, its environment and the wish to stop. Tests give one of their own.</summary>
internal sealed class Host : IDisposable
{
    private readonly Lazy<TextReader> input;

    public Host(Func<TextReader> input, TextWriter output, TextWriter error)
    {
        this.input = new(input);
        Out = output;
        Error = error;
    }

    /// <summary>The program's name, with which its messages begin.</summary>
    public string Program { get; init; } = "amused";

    /// <summary>Whether the program does nothing but wait for a line of input, so that it may be ended on the spot.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Standard output: what was asked for, and nothing else.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard error: errors, notes and progress.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether a person watches <see cref="Error"/>: only then are there progress bars.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>The width to which help is wrapped, in characters.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Reads an environment variable; null when it isn't set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>What is changed in libtorch, the memory and the threads of the process; nothing where the process isn't the program's own.</summary>
    public IReadOnlyList<TuningMeasure> Tuning { get; init; } = [];

    /// <summary>Cancelled when the user wants to stop.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>What the process ends with when it was stopped.</summary>
    public Func<int> StoppedExitCode { get; init; } = () => 130;

    /// <summary>The process's own console, in UTF-8 whatever the locale says.</summary>
    public static Host OfConsole(Interruption interruption, string program = "amused")
    {
        var host = new Host(() => new StreamReader(Console.OpenStandardInput(), Utf8), Writer(Console.OpenStandardOutput()), Writer(Console.OpenStandardError()))
        {
            Program = program,
            ShowsProgress = !Console.IsErrorRedirected
                && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb")),
            Width = Console.IsOutputRedirected ? 100 : Math.Clamp(Console.WindowWidth, 60, 120),
            Tuning = TorchTuning.CommandLine,
            Cancellation = interruption.Token,
            StoppedExitCode = () => interruption.ExitCode,
        };
        interruption.MayEndAtOnce = () => host.IsWaiting;
        return host;
    }

    /// <summary>The next line of standard input, which is opened when it is first asked for; null at its end.</summary>
    public string? ReadLine()
    {
        IsWaiting = true;
        try
        {
            return input.Value.ReadLine();
        }
        finally
        {
            IsWaiting = false;
        }
    }

    /// <summary>Tells the user something that is no error, in one line.</summary>
    public void Note(string line) => Error.WriteLine(NoteLine(line));

    /// <summary>How a note is written.</summary>
    public string NoteLine(string line) => $"{Program}: note: {Lines.Single(line)}";

    public void Dispose()
    {
        Out.Flush();
        Error.Flush();
    }

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private static StreamWriter Writer(Stream stream) => new(stream, Utf8) { AutoFlush = true };
}
