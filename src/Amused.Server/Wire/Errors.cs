using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Amused.Server;

/// <summary>Turns whatever went wrong into an answer. What is nobody's fault but the server's is logged with its cause.</summary>
internal sealed partial class Errors(RequestDelegate next, ILogger<Errors> logger)
{
    /// <summary>What the log and proxies call a request whose client has gone.</summary>
    private const int ClientClosed = 499;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = context.Response.HasStarted ? context.Response.StatusCode : ClientClosed;
        }
        catch (Exception e)
        {
            var (status, details) = Describe(e);
            if (status >= 500 && e is not UnavailableException)
                LogFailed(context.Request.Method, context.Request.Path.Value, status, e);
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }
            context.Response.Clear();
            await WriteAsync(context, status, details, (e as UnavailableException)?.RetryAfter);
        }
    }

    /// <summary>Answers with an error.</summary>
    public static Task WriteAsync(HttpContext context, int status, ErrorDetails details, TimeSpan? retryAfter = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (status == 401)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        return context.Response.WriteAsJsonAsync(new ErrorBody(details), WireJson.Options);
    }

    /// <summary>The status and the words for an exception.</summary>
    public static (int Status, ErrorDetails Details) Describe(Exception exception) => exception switch
    {
        ApiException e => (e.Status, Details(e.Status, e.Message, e.Parameter, e.Code)),
        InvalidRequestException e => (400, Details(400, e.Message, null, "invalid_value")),
        QueueFullException e => (429, Details(429, e.Message, null, "queue_full")),
        StoppingException e => (503, Details(503, e.Message, null, "stopping")),
        BadHttpRequestException e => (e.StatusCode, Details(e.StatusCode, BadRequest(e), null, "bad_request")),
        InvalidDataException e => (400, Details(400, $"the form cannot be read: {FileFault.Printable(e.Message)}", null, "bad_request")),
        BrokenInputException e => (500, Details(500, e.Message, null, "unavailable")),
        OperationCanceledException => (409, Details(409, "the job was cancelled", null, "cancelled")),
        _ => (500, Details(500, "the server failed; its log says why", null, "internal_error")),
    };

    private static ErrorDetails Details(int status, string message, string? parameter, string? code) => new(
        message,
        status switch { 401 or 403 =>
            "authentication_error", 429 => "rate_limit_error", >= 500 => "server_error", _ => "invalid_request_error" },
        parameter,
        code);

    private static string BadRequest(BadHttpRequestException e) => e.StatusCode switch
    {
        413 => "the request's body is too large",
        408 => "the request's body came too slowly",
        _ => $"the request cannot be read: {FileFault.Printable(e.Message)}",
    };

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed with {Status}")]
    private partial void LogFailed(string method, string? path, int status, Exception cause);
}
