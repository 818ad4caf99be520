namespace Amused.Server;

/// <summary>What an error's answer holds.</summary>
/// <param name="Error">The error.</param>
public sealed record ErrorBody(ErrorDetails Error);

/// <summary>An error, as the OpenAI interface words it.</summary>
/// <param name="Message">One line: the thing, what is wrong with it, what would be right.</param>
/// <param name="Type">
/// The kind: <c>invalid_request_error</c>, <c>authentication_error</c>, <c>rate_limit_error</c> or <c>server_error</c>.
/// </param>
/// <param name="Param">The field at fault, or null.</param>
/// <param name="Code">A word for programs, or null.</param>
public sealed record ErrorDetails(string Message, string Type, string? Param, string? Code);
