using System.Globalization;
using Amused.Tests.Golden;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class AdamW8BitGoldenTests : IGoldenTests
{
    /// <summary>How far values may be off, relative to the figure's largest.</summary>
    private const double Tolerance = 1e-5;

    /// <summary>How many codes may differ.</summary>
    private const double MostDifferentCodes = 1e-3;

    public static IEnumerable<string> FilesRead => GoldenFolder.Files("training/adamw8bit.safetensors");

    public static TheoryData<string> Runs => [.. FilesRead];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Eight_bit_steps_give_the_references_codes_scales_and_parameters(string file)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        Assert.Equal(AdamW8Bit.BlockSize, figures.Metadata("block").GetInt32());
        Assert.Equal(AdamW8Bit.MinQuantizedElements, figures.Metadata("min_8bit_size").GetInt32());
        AssertTheCode(figures);

        var (large, small) = (figures["start"].requires_grad_(), figures["small.start"].requires_grad_());
        using AdamW8Bit optimizer = new([new("large", large), new("small", small)], Options(figures));
        var state = optimizer.State.ToDictionary();
        for (var step = 0; figures.Has($"{step}.grad"); step++)
        {
            (large.grad, small.grad) = (figures[$"{step}.grad"], figures[$"{step}.small.grad"]);
            optimizer.Step(Number(figures, "lr"));
            foreach (var moment in (ReadOnlySpan<string>)["exp_avg", "exp_avg_sq"])
            {
                AssertCodes($"{step}.{moment}", figures[$"{step}.{moment}.codes"], state[$"large.{moment}.codes"]);
                Agreement.AssertClose($"{step}.{moment}.absmax", figures[$"{step}.{moment}.absmax"], state[$"large.{moment}.absmax"], Tolerance);
                Agreement.AssertClose($"{step}.small.{moment}", figures[$"{step}.small.{moment}"], state[$"small.{moment}"], Tolerance);
            }
            Agreement.AssertClose($"{step}.parameter", figures[$"{step}.parameter"], large.detach(), Tolerance);
            Agreement.AssertClose($"{step}.small.parameter", figures[$"{step}.small.parameter"], small.detach(), Tolerance);
        }
        figures.AssertAllRead();
    }

    private static void AssertTheCode(GoldenFigures figures)
    {
        Agreement.AssertSame("map.signed", figures["map.signed"], tensor(BlockwiseCode.Signed.Values.ToArray()));
        Agreement.AssertSame("map.unsigned", figures["map.unsigned"], tensor(BlockwiseCode.Unsigned.Values.ToArray()));
        var numbers = figures["0.grad"].flatten();
        var (codes, largest) = (zeros(numbers.shape, ScalarType.Byte), zeros((numbers.numel() + AdamW8Bit.BlockSize - 1) / AdamW8Bit.BlockSize));
        BlockwiseCode.Signed.Quantize(numbers, codes, largest);
        Agreement.AssertSame("quantize.codes", figures["quantize.codes"], codes.to(ScalarType.Int64));
        Agreement.AssertSame("quantize.absmax", figures["quantize.absmax"], largest);
        Agreement.AssertSame("quantize.restored", figures["quantize.restored"], BlockwiseCode.Signed.Dequantize(codes, largest));
    }

    private static void AssertCodes(string what, Tensor expected, Tensor actual)
    {
        var different = expected.ne(actual.to(ScalarType.Int64)).sum().item<long>();
        Assert.True(different <= MostDifferentCodes * expected.numel(), $"{what}: {different} of {expected.numel()} codes differ");
    }

    private static AdamWOptions Options(GoldenFigures figures) => new()
    {
        Beta1 = figures.Metadata("betas")[0].GetDouble(),
        Beta2 = figures.Metadata("betas")[1].GetDouble(),
        Epsilon = Number(figures, "eps"),
        Decay = Number(figures, "weight_decay"),
        DecayRule = (_, _) => true,
    };

    private static double Number(GoldenFigures figures, string key) => double.Parse(figures.MetadataText(key), CultureInfo.InvariantCulture);
}
