using System.Diagnostics;
using System.Globalization;
using Amused;
using Amused.Cli.Bench;
using Amused.Networks.UVit;
using Amused.Runtime;
using Amused.Weights;
using TrainingStep;
using static TorchSharp.torch;

// How long a picture takes beside the plain way: the U-ViT in TorchSharp's own calls, float32, both sequences of guidance in full at every step, nothing kept from one step to the next,
// and a draw from all codes by libtorch.
//   dotnet run -c Release --project benchmarks/PlainStep -- MODEL INT8-MODEL [REPEATS]
// All in one process, so that every row sees the same machine. The plain row's decoder is the project's in float32: libtorch's layout would take longer.
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: PlainStep MODEL INT8-MODEL [REPEATS]: a checkpoint's folder, and the same one written by amused quantize");
    return 2;
}
const int Steps = 12;
const float Guidance = 10;
var repeats = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 3;
TorchTuning.Use(TorchTuning.CommandLine);
TorchRuntime.EnsureLoaded();

var plainStep = Figure.Of(PlainSteps(repeats));
var rows = new (string Name, string Folder, Precision Precision)[] { ("fp32", args[0], Precision.Float32), ("bf16", args[0], Precision.BFloat16), ("int8", args[1], Precision.Int8) }
    .Select(one => (one.Name, Row: PictureBenchmark.Measure(
        () => AmusedPipeline.FromPretrained(one.Folder, new() { Precision = one.Precision }), new() { Steps = Steps, GuidanceScale = Guidance, Repeats = repeats })))
    .ToList();
var plainWhole = Steps * plainStep.Median + rows[0].Row.Seconds.Decoder!.Value.Median + rows[0].Row.Seconds.Text!.Value.Median;

Console.WriteLine("| | a step | decoder | picture | against the plain way | plain matrix products |\n|---|---|---|---|---|---|");
Console.WriteLine(FormattableString.Invariant($"| plain float32 | {plainStep.Median:0.00} | as below | {plainWhole:0.0} | 1 × | |"));
foreach (var (name, row) in rows)
{
    var (step, decoder, whole) = (row.Seconds.Step!.Value.Median, row.Seconds.Decoder!.Value.Median, row.Seconds.Whole!.Value.Median);
    var rate = row.MatrixGflops!.TryGetValue(name, out var known) ? $"{known:0} GFLOP/s" : "";
    Console.WriteLine(FormattableString.Invariant($"| {name} | {step:0.00} | {decoder:0.00} | {whole:0.00} | {plainWhole / whole:0.0} × | {rate} |"));
}
return 0;

IEnumerable<double> PlainSteps(int count)
{
    using var inference = inference_mode();
    using var all = NewDisposeScope();
    var config = ConfigJson.Read<UVit2DConfig>(Path.Combine(args[0], "transformer", "config.json"));
    using var mapped = new MappedTensors(SafetensorsFile.Open(Path.Combine(args[0], "transformer", "diffusion_pytorch_model.safetensors")));
    var weights = mapped.File.Entries.Keys.ToDictionary(name => name, name => mapped.Read(name));
    BareUVit network = new(config, weights);
    var (ids, states) = (full([2, config.SampleSize, config.SampleSize], config.VocabSize - 1, ScalarType.Int64), randn(2, 77, config.EncoderHiddenSize));
    var (pooled, micro) = (randn(2, config.CondEmbedDim), tensor([256f, 256, 0, 0, 6]).expand(2, 5));
    List<double> seconds = [];
    for (var number = 0; number <= count; number++)
    {
        using var scope = NewDisposeScope();
        var began = Stopwatch.GetTimestamp();
        var logits = network.Forward(ids, states, pooled, micro);
        var guided = logits[1] + Guidance * (logits[0] - logits[1]);
        _ = multinomial(guided.flatten(0, 1).softmax(-1), 1).data<long>()[0];
        if (number > 0)
            seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
    }
    return seconds;
}
