using Microsoft.Extensions.Hosting;

namespace Amused.Server;

/// <summary>A host that starts and stops when it is told to, and listens to no signals: the command does.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
