using System.Runtime.InteropServices;

namespace Amused.Cli;

/// <summary>
/// Ctrl-C (SIGINT) and SIGTERM: the first asks the command to stop, so that it ends within a step and leaves nothing half-written; a second
/// one ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, 130)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, 143)),
    ];

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Whether nothing is under way that must be brought to an end: then the first signal ends the process too.</summary>
    public Func<bool> MayEndAtOnce { get; set; } = () => false;

    /// <summary>What the process ends with when it was stopped: 128 + the signal's number, as shells have it.</summary>
    public int ExitCode { get; private set; } = 130;

    private void Stop(PosixSignalContext context, int exitCode)
    {
        if (source.IsCancellationRequested || MayEndAtOnce())
            return;
        ExitCode = exitCode;
        context.Cancel = true;
        source.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }
}
