using System.Runtime.InteropServices;

namespace Amused.Cli.Errors;

/// <summary>Turns whatever went wrong into one line on standard error and an exit code.</summary>
/// <remarks>
/// 0: done. 1: a file, model or service is missing or broken, or the machine is at its limits. 2: an option is unknown or its value unusable.
/// 130: stopped by Ctrl-C. The environment variable <c>AMUSED_DEBUG=1</c> shows the stack trace as well.
/// </remarks>
internal static class Failure
{
    public const int Broken = 1;
    public const int Unusable = 2;

    public static int Report(Exception exception, Host host)
    {
        var (code, message) = Describe(exception, host);
        try
        {
            host.Error.WriteLine($"{host.Program}: {Lines.Single(message)}");
            if (host.Variable("AMUSED_DEBUG") is { Length: > 0 } and not "0")
                host.Error.WriteLine(exception);
        }
        catch (IOException)
        {
            // Nobody listens; the exit code still tells.
        }
        return code;
    }

    private static (int Code, string Message) Describe(Exception exception, Host host) => exception switch
    {
        InvalidRequestException => (Unusable, exception.Message),
        BrokenInputException => (Broken, exception.Message),
        OperationCanceledException => (host.StoppedExitCode(), "stopped"),
        IOException when FileFault.IsDiskFull(exception) => (Broken, $"the disk is full; make room there, or write elsewhere ({exception.Message})"),
        IOException or UnauthorizedAccessException => (Broken, exception.Message),
        _ when IsOutOfMemory(exception) => (Broken, "out of memory: try a smaller picture, fewer images at a time, or --precision bf16"),
        TypeInitializationException or AggregateException when exception.InnerException is { } inner => Describe(inner, host),
        _ => (Broken, $"internal error: {FirstLine(exception.Message)} ({exception.GetType().Name}; AMUSED_DEBUG=1 shows where)"),
    };

    /// <summary>libtorch tells of lack of memory in words alone.</summary>
    private static bool IsOutOfMemory(Exception exception) =>
        exception is OutOfMemoryException
        || (exception is ExternalException && (exception.Message.Contains("can't allocate memory", StringComparison.Ordinal)
            || exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)));

    private static string FirstLine(string message) => message.ReplaceLineEndings("\n").Split('\n', 2)[0];
}
