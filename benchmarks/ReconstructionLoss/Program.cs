using Amused.Images;
using Amused.Runtime;
using Amused.Training;
using ReconstructionLoss;
using static TorchSharp.torch;

// What the reconstruction loss gains over squared differences alone: the same small VQGAN is trained twice, on the same pictures in the same order for the same number of
// steps, and reconstructs pictures that it has not seen. Prints figures, and draws originals, squared differences alone and the whole loss side by side.
//   dotnet run --project benchmarks/ReconstructionLoss -- SIZES PICTURES HELD-OUT DRAWING [CROP-STEPS] [WHOLE-STEPS]
if (args.Length < 4)
{
    Console.Error.WriteLine("usage: ReconstructionLoss SIZES PICTURES HELD-OUT DRAWING [CROP-STEPS] [WHOLE-STEPS]: a VQGAN's config.json, two data sets, a PNG file to draw");
    return 2;
}
const int Judged = 64, Shown = 4, Enlarged = 2;
int Number(int place, int otherwise) => args.Length > place ? int.Parse(args[place]) : otherwise;
TorchTuning.Use(TorchTuning.CommandLine);
TorchRuntime.EnsureLoaded();
using var scope = NewDisposeScope();
var originals = Originals();

(string Name, Tensor Pixels)[] made =
[
    ("squared differences alone", Reconstruct(ReconstructionLossOptions.SquaredOnly)),
    ("all parts", Reconstruct(new())),
];
Console.WriteLine("| loss | PSNR | PSNR where there is detail | SSIM | edges keep of their strength |\n|---|---|---|---|---|");
foreach (var (name, pixels) in made)
    Console.WriteLine($"| {name} | {Figures.Psnr(pixels, originals):0.00} dB | {Figures.DetailPsnr(pixels, originals):0.00} dB | {Figures.Ssim(pixels, originals):0.000} | {Figures.EdgeStrength(pixels, originals):P1} |");
Draw(args[3]);
return 0;

Tensor Originals()
{
    var source = ImageSources.OpenAsync(args[2], new() { Captions = new() { AreIgnored = true } }).GetAwaiter().GetResult();
    using PrefetchingLoader loader = new(source, new() { Resolution = new VqDataSettings().Resolution, CenterCrop = true }, new() { Shuffle = false }, new() { BatchSize = Judged, Epochs = 1 });
    return loader.TryTake(out var batch) ? batch.ToPixels() : throw new InvalidOperationException($"{args[2]} has no pictures");
}

Tensor Reconstruct(ReconstructionLossOptions loss)
{
    var output = Directory.CreateTempSubdirectory("amused-vq-loss-");
    try
    {
        using var trainer = VqTrainer.Create(new()
        {
            Model = new() { Config = args[0] },
            Data = new() { Source = args[1] },
            Plan = new() { CropSteps = Number(4, 1000), WholeSteps = Number(5, 100), QuantizedSteps = 0, BatchSize = 6 },
            Reconstruction = loss,
            Validation = new() { Share = 0 },
            Checkpoints = new() { Every = 0 },
            Output = output.FullName,
        });
        trainer.Run(hooks: new() { OnStep = step => Tell($"step {step.Step} of {step.Steps}: {step.Psnr:0.0} dB, {step.Remaining:hh\\:mm\\:ss} left", step.Step) });
        return cat([.. originals.split(4).Select(pixels => trainer.Reconstruct(pixels, quantize: false))]);
    }
    finally
    {
        output.Delete(recursive: true);
    }
}

void Tell(string line, long step)
{
    if (step % 50 == 0)
        Console.Error.WriteLine(line);
}

void Draw(string path)
{
    List<RgbImage> cells = [];
    List<string> labels = [];
    for (var i = 0; i < Shown; i++)
    {
        cells.AddRange([Picture(originals[i]), .. made.Select(one => Picture(one.Pixels[i]))]);
        labels.AddRange(["original", .. made.Select(one => one.Name)]);
    }
    ImageGrid.Compose(cells, 1 + made.Length, labels).Save(path);
}

static RgbImage Picture(Tensor pixels)
{
    using var inner = NewDisposeScope();
    var bytes = (pixels.clamp(0, 1) * 255).round().to(ScalarType.Byte).permute(1, 2, 0).contiguous();
    RgbImage picture = new((int)pixels.shape[2], (int)pixels.shape[1], bytes.bytes.ToArray());
    return picture.Resize(picture.Width * Enlarged, picture.Height * Enlarged, ResampleFilter.Nearest);
}
