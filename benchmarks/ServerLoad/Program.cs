using System.Globalization;
using System.Text.Json;
using ServerLoad;

// dotnet run -c Release --project benchmarks/ServerLoad -- http://127.0.0.1:8080 [--clients 64] [--minutes 10] [--steps N] [--pid SERVER]
// [--key KEY] Clients ask for one picture after another with different prompts, steps and guidance; a line of figures each minute, and a
// last one in JSON.
var settings = new Dictionary<string, string>(StringComparer.Ordinal);
for (var i = 1; i + 1 < args.Length; i += 2)
    settings[args[i].TrimStart('-')] = args[i + 1];
if (args.Length % 2 == 0 || !Uri.TryCreate(args[0], UriKind.Absolute, out var address))
{
    Console.Error.WriteLine("usage: ServerLoad URL [--clients 64] [--minutes 10] [--steps N] [--pid SERVER] [--key KEY]");
    return 2;
}

double Number(string name, double fallback) =>
    settings.TryGetValue(name, out var text) ? double.Parse(text, CultureInfo.InvariantCulture) : fallback;
var memory = settings.TryGetValue("pid", out var pid) ? new MemoryWatch(int.Parse(pid, CultureInfo.InvariantCulture)) : null;
using var load = new Load(address, settings.GetValueOrDefault("key"), settings.ContainsKey("steps") ? (int)Number("steps", 12) : null);
using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(Number("minutes", 10)));
var clients = Enumerable.Range(0, (int)Number("clients", 64)).Select(client => load.RunClientAsync(client, stop.Token)).ToList();
for (var second = 1; !stop.IsCancellationRequested; second++)
{
    await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(1), stop.Token));
    memory?.Sample();
    if (second % 60 != 0)
        continue;
    memory?.EndMinute();
    Console.Error.WriteLine(load.Figures(memory));
}
await Task.WhenAll(clients);
Console.WriteLine(JsonSerializer.Serialize(load.Figures(memory)));
return load.Failed == 0 ? 0 : 1;
