using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;
using Amused.Runtime;

namespace Amused.Cli.Commands;

/// <summary><c>amused bench</c>: how long pictures take, stage by stage, and how much memory.</summary>
internal sealed class BenchCommand : DocumentedCommand
{
    private readonly Host host;
    private readonly BenchOptionSet options = new();
    private readonly RequestOptions sampling = new RequestOptions().Add("guidance-scale");
    private readonly ModelOptions model = new();

    public BenchCommand(Host host) : base("bench", "Measure how long pictures take, stage by stage, and how much memory.")
    {
        this.host = host;
        options.AddMeasuredTo(this);
        sampling.AddTo(this);
        options.AddOthersTo(this);
        Add(model.Device);
        model.Hub.AddTo(this);
        SetAction(parse => new BenchJob(host).Execute(Read(parse)));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused bench --precision fp32,bf16 --model amused/amused-256",
        "amused bench -m amused/amused-256 -m amused/amused-512 --batch-size 1,8 --repeats 5 --output bench.json --plot bench.png",
        "amused bench --compare docs/benchmarks/published-amused.json --compare docs/benchmarks/python-openvino.json --plot bench.png -m amused/amused-256",
    ];

    private BenchChoice Read(ParseResult parse)
    {
        var choice = new BenchChoice
        {
            Models = Models(parse),
            Hub = model.Hub.Read(parse),
            Device = parse.GetValue(model.Device) ?? "cpu",
            Sizes = Each(parse.GetValue(options.Sizes)),
            Steps = Each(parse.GetValue(options.Steps)),
            Batches = [.. (parse.GetValue(options.Batches) ?? [1]).Distinct()],
            Precisions = [.. (parse.GetValue(options.Precisions) ?? [Precision.Auto]).Distinct()],
            GuidanceScale = sampling.Apply(new TextToImageRequest(), parse).GuidanceScale,
            WarmUps = parse.GetValue(options.WarmUps) ?? 1,
            Repeats = parse.GetValue(options.Repeats) ?? 3,
            InProcess = parse.GetValue(options.InProcess),
            Compare = parse.GetValue(options.Compare) ?? [],
            Output = parse.GetValue(options.Output),
            Plot = parse.GetValue(options.Plot),
            Json = parse.GetValue(options.Json),
        };
        if (choice.Repeats > 0)
            return choice;
        if (choice.Compare.Count == 0)
            throw new InvalidRequestException("--repeats 0 measures nothing: it needs --compare with something to show");
        RefuseAllBut(parse, "--repeats 0 measures nothing", [options.Repeats, options.Compare, options.Plot]);
        return choice;
    }

    /// <summary>Where nothing is measured, no model is needed.</summary>
    private IReadOnlyList<string> Models(ParseResult parse) =>
        parse.GetValue(options.Repeats) == 0 ? []
        : parse.GetValue(options.Models) is { Length: > 0 } given ? [.. given.Select(name => ModelOptions.Name(name, host)).Distinct()]
        : [ModelOptions.Name(null, host)];

    /// <summary>The values of a list, or null alone: the model's own.</summary>
    private static IReadOnlyList<T?> Each<T>(IReadOnlyList<T>? given) where T : struct => given is null ? [null] : [.. given.Distinct().Select(value => (T?)value)];
}
