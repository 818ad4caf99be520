namespace Amused.Training;

/// <summary>What the loop tells, whatever is trained.</summary>
internal interface IRunHooks
{
    /// <summary>Called with the folder of each checkpoint that was written.</summary>
    Action<string>? OnCheckpoint { get; }

    /// <summary>Told in one line each of what a user should know.</summary>
    Action<string>? Notice { get; }

    /// <summary>The clock.</summary>
    TimeProvider Clock { get; }
}
