using Amused.Imaging;
using Amused.Pipelines;
using Amused.Tests.Golden;
using Amused.Training.Vq;
using Amused.Vqgan;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Vq;

/// <summary>What the reconstruction loss gains over squared differences alone, in figures and as the picture <c>docs/images/vq-loss.png</c>.</summary>
[Trait("Category", "Long")]
public sealed class LossComparisonTests(ITestOutputHelper output)
{
    private const int Side = 64, Shown = 4, HeldOut = 24, Steps = 400;

    private static readonly VqModelConfig Small = new()
    {
        BlockOutChannels = [16, 32, 64, 128], LayersPerBlock = 1, LatentChannels = 16, NumVqEmbeddings = 1024, NormNumGroups = 16, MidBlockAddAttention = false, LookupFromCodebook = true,
    };

    [Fact]
    public void Edges_keep_more_of_their_strength_than_with_squares_alone()
    {
        using var scope = NewDisposeScope();
        var pictures = Enumerable.Range(100_000, HeldOut).Select(number => ToyPictures.Draw(number, Side)).ToList();
        var pixels = cat([.. pictures.Select(picture => picture.ToTensor())]);
        var (squared, full) = (Reconstruct(ReconstructionLossOptions.SquaredOnly, pixels), Reconstruct(new(), pixels));

        var (softer, sharper) = (Measure("squared differences alone", squared, pixels), Measure("all parts", full, pixels));
        Draw(pictures, squared, full);
        Assert.True(sharper > softer + 0.02, $"edges keep {sharper:P1} of their strength, {softer:P1} with squares alone");
    }

    private static Tensor Reconstruct(ReconstructionLossOptions loss, Tensor pixels)
    {
        VqTrainingOptions options = new()
        {
            Resolution = Side, Reconstruction = loss, Phases = [new() { Name = "whole", Steps = Steps, BatchSize = 6, LearningRate = 2e-3 }],
        };
        var folder = Directory.CreateTempSubdirectory("amused-vq-").FullName;
        try
        {
            using var network = VqNetwork.Create(Small, options.Seed);
            VqTrainingRun.Execute(network, ToyPictures.Source(5000, Side), options, new() { OutputFolder = folder, SaveEvery = long.MaxValue });
            using VqTrainer trainer = new(network, options);
            return trainer.Reconstruct(pixels, quantize: false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>How strong the picture's strongest 5% of gradients still are, along their own direction.</summary>
    private double Measure(string name, Tensor made, Tensor pixels)
    {
        static Tensor Across(Tensor x) => x.narrow(3, 1, x.shape[3] - 1) - x.narrow(3, 0, x.shape[3] - 1);
        var (wanted, found) = (Across(pixels).flatten(), Across(made).flatten());
        var edges = wanted.abs().topk((int)(wanted.numel() / 20)).indexes;
        var (truth, kept) = (wanted.index_select(0, edges), found.index_select(0, edges));
        var share = ((kept * truth).sum() / truth.square().sum()).item<float>();
        output.WriteLine($"{name}: {VqTrainer.Psnr(made, pixels):0.0} dB, mean absolute error {(made - pixels).abs().mean().item<float>():0.0000}, edges keep {share:P1} of their strength");
        return share;
    }

    private static void Draw(List<RgbImage> pictures, Tensor squared, Tensor full)
    {
        List<RgbImage> cells = [];
        for (var i = 0; i < Shown; i++)
            cells.AddRange([pictures[i], Picture(squared[i]), Picture(full[i])]);
        var grid = ImageGrid.Compose([.. cells.Select(cell => cell.Resize(Side * 3, Side * 3, ResampleFilter.Nearest))], 3,
            [.. Enumerable.Range(0, Shown).SelectMany(_ => (string[])["drawn", "squared alone", "all parts"])]);
        var folder = Directory.CreateDirectory(Path.Combine(GoldenFolder.Repository, "docs", "images"));
        grid.Save(Path.Combine(folder.FullName, "vq-loss.png"));
    }

    private static RgbImage Picture(Tensor made) => PixelTensors.ToImage(PixelTensors.ToUnitRange(made.unsqueeze(0)), Side, Side);
}
