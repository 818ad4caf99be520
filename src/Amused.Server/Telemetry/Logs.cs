using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Amused.Server;

/// <summary>The server's log, on standard error: lines of text, or of JSON.</summary>
internal static partial class Logs
{
    public static void Add(ILoggingBuilder logging, ServerOptions options)
    {
        logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);
        // Why the host doesn't start is the command's own error, in one line.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (options.JsonLogs)
            logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-ddTHH:mm:ss.fffZ"));
        else
            logging.AddSimpleConsole(console =>
                (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat, console.ColorBehavior) =
                    (true, true, "HH:mm:ss ", LoggerColorBehavior.Disabled));
        // Standard output is for what was asked for.
        logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    [LoggerMessage(LogLevel.Error, "The model {Model} could not be loaded")]
    public static partial void ModelFailed(ILogger logger, string model, Exception cause);
}
