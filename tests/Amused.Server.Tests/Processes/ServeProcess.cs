using System.Diagnostics;
using Amused.Server.Tests.Support;

namespace Amused.Server.Tests.Processes;

/// <summary><c>amused serve</c> on a free port.</summary>
internal sealed class ServeProcess : IDisposable
{
    private static readonly string assembly = typeof(Cli.Commands.CommandTree).Assembly.Location;

    private ServeProcess(Process process, string address)
    {
        Process = process;
        Log = process.StandardError.ReadToEndAsync();
        Client = new() { BaseAddress = new(address.TrimEnd('/') + "/"), Timeout = TimeSpan.FromMinutes(5) };
    }

    public Process Process { get; }

    public HttpClient Client { get; }

    /// <summary>All that it writes to its log, once it has ended.</summary>
    public Task<string> Log { get; }

    public static async Task<ServeProcess> StartAsync(IEnumerable<string> args, Dictionary<string, string>? environment = null)
    {
        var process = Run(["--urls", "http://127.0.0.1:0", "--model", RunningServer.Tiny256, .. args], environment);
        // The first line says where it listens.
        var address = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        return new(process, address);
    }

    public static Process Run(IEnumerable<string> args, Dictionary<string, string>? environment = null)
    {
        var start =
            new ProcessStartInfo("dotnet", [assembly, "serve", .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("AMUSED_MODEL");
        start.Environment.Remove("AMUSED_API_KEY");
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!Process.HasExited)
            Process.Kill();
        Process.Dispose();
    }
}
