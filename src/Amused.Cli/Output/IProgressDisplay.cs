namespace Amused.Cli.Output;

/// <summary>Shows how far a piece of work is.</summary>
internal interface IProgressDisplay
{
    /// <summary>Runs a piece of work with a bar that is gone when it ends.</summary>
    /// <param name="title">What is being done, in a few words.</param>
    /// <param name="work">The work; it moves the bar.</param>
    T Run<T>(string title, Func<IProgressBar, T> work);
}

/// <summary>A bar; until it is first moved, its end isn't known.</summary>
internal interface IProgressBar
{
    /// <summary>Moves the bar.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is in all.</param>
    /// <param name="title">What is being done now; null leaves it as it was.</param>
    void Report(double done, double total, string? title = null);

    /// <summary>Says what is being done now, where the end isn't known.</summary>
    void Title(string title);

    /// <summary>Tells the user something while the bar is there.</summary>
    void Note(string line);
}

/// <summary>Chooses the display: bars for people, nothing for pipes and files.</summary>
internal static class ProgressDisplay
{
    public static IProgressDisplay For(Host host) => host.ShowsProgress ? new TerminalProgress(host) : new NoProgress(host);

    private sealed class NoProgress(Host host) : IProgressDisplay, IProgressBar
    {
        public T Run<T>(string title, Func<IProgressBar, T> work) => work(this);

        public void Report(double done, double total, string? title = null) { }

        public void Title(string title) { }

        public void Note(string line) => host.Note(line);
    }
}
