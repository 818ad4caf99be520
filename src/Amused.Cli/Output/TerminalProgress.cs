using Spectre.Console;

namespace Amused.Cli.Output;

/// <summary>Progress bars with the time left, on a terminal.</summary>
internal sealed class TerminalProgress(Host host) : IProgressDisplay
{
    private readonly IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new TerminalOutput(host),
        Ansi = AnsiSupport.Yes,
        Interactive = InteractionSupport.Yes,
        // https://no-color.org: set and not empty.
        ColorSystem = host.Variable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
    });

    public T Run<T>(string title, Func<IProgressBar, T> work)
    {
        var bars = console.Progress();
        bars.AutoClear = true;
        bars.ExcludeVerticalPadding = true;
        bars.RefreshRate = TimeSpan.FromMilliseconds(200);
        bars.Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left },
            new ProgressBarColumn { Width = 30 },
            new PercentageColumn(),
            new RemainingTimeColumn());
        return bars.Start(context =>
        {
            var task = context.AddTask(Markup.Escape(title));
            task.IsIndeterminate = true;
            // A step can take seconds: speed is taken from all of them.
            task.MaxSamplingAge = TimeSpan.FromHours(1);
            return work(new Bar(task, console, host));
        });
    }

    private sealed class Bar(ProgressTask task, IAnsiConsole console, Host host) : IProgressBar
    {
        public void Report(double done, double total, string? title = null)
        {
            task.IsIndeterminate = false;
            task.MaxValue = total;
            task.Value = Math.Min(done, total);
            if (title is not null)
                task.Description = Markup.Escape(title);
        }

        public void Title(string title) => task.Description = Markup.Escape(title);

        // Through the console, which writes it above the bar.
        public void Note(string line) => console.WriteLine(host.NoteLine(line));
    }

    private sealed class TerminalOutput(Host host) : IAnsiConsoleOutput
    {
        public TextWriter Writer => host.Error;

        public bool IsTerminal => true;

        public int Width => ConsoleSide(() => Console.WindowWidth, 80);

        public int Height => ConsoleSide(() => Console.WindowHeight, 24);

        public void SetEncoding(System.Text.Encoding encoding) { }

        private static int ConsoleSide(Func<int> read, int otherwise)
        {
            try
            {
                return read() is > 0 and var side ? side : otherwise;
            }
            catch (Exception e) when (e is IOException or PlatformNotSupportedException)
            {
                return otherwise;
            }
        }
    }
}
