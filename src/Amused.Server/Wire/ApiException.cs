namespace Amused.Server;

/// <summary>A request that is answered with an error: its status, and what the error object says.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">One line: the thing, what is wrong with it, what would be right.</param>
/// <param name="parameter">The field at fault; null: none.</param>
/// <param name="code">A word for programs.</param>
/// <param name="cause">What lies behind it.</param>
public sealed class ApiException(int status, string message, string? parameter = null, string? code = null,
    Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The field at fault.</summary>
    public string? Parameter { get; } = parameter;

    /// <summary>A word for programs.</summary>
    public string? Code { get; } = code;

    /// <summary>A value of a field that can't be used.</summary>
    public static ApiException Value(string parameter, string message, string code = "invalid_value") => new(400, message, parameter, code);

    /// <summary>Runs what reads a field: what it refuses is the field's fault.</summary>
    public static T Blame<T>(string parameter, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidRequestException e)
        {
            throw new ApiException(400, e.Message, parameter, "invalid_value", e);
        }
    }
}
