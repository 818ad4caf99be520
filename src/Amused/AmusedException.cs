namespace Amused;

/// <summary>
/// Something that the user gave — a file, a checkpoint, a value — is unusable, and the message says in one line what it is
/// and what would be right. What comes with a request, a file or a service and can't be used is one of the two kinds below. An argument
/// that a program must not pass (null, a number out of a documented range, a call out of order) is .NET's own
/// <see cref="ArgumentException"/> or <see cref="InvalidOperationException"/>; any other exception is a fault of ours.
/// </summary>
public abstract class AmusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">One line: the thing, what is wrong with it, what would be right.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    protected AmusedException(string message, Exception? innerException = null) : base(message, innerException) { }
}

/// <summary>A value that was asked for is unusable (a size, a number of steps, an option): exit code 2 on the command line.</summary>
public sealed class InvalidRequestException : AmusedException
{
    /// <inheritdoc cref="AmusedException(string, Exception?)"/>
    public InvalidRequestException(string message, Exception? innerException = null) : base(message, innerException) { }
}

/// <summary>A file, folder, model or service is missing, broken or contradicts itself: exit code 1 on the command line.</summary>
public sealed class BrokenInputException : AmusedException
{
    /// <inheritdoc cref="AmusedException(string, Exception?)"/>
    public BrokenInputException(string message, Exception? innerException = null) : base(message, innerException) { }
}
