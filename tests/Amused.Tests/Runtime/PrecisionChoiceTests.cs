using Amused.Runtime;
using Xunit;

namespace Amused.Tests.Runtime;

public sealed class PrecisionChoiceTests
{
    private static readonly DeviceArithmetic plain = new(IsCard: false, BFloat16: null, Bytes: false);
    private static readonly DeviceArithmetic card = plain with { IsCard = true };

    [Fact]
    public void Bytes_become_float32_where_nothing_multiplies_them()
    {
        var choice = PrecisionChoice.Of(Precision.Int8, plain, isQuantized: false);
        Assert.Equal(Precision.Float32, choice.Precision);
        Assert.Contains("fp32", choice.Reason);
        Assert.Equal(Precision.Int8, PrecisionChoice.Of(Precision.Int8, plain with { Bytes = true }, isQuantized: false).Precision);
    }

    [Fact]
    public void Auto_takes_bytes_for_a_quantised_checkpoint_only()
    {
        Assert.Equal(Precision.Int8, Auto(plain with { Bytes = true }, isQuantized: true));
        Assert.Equal(Precision.Float32, Auto(plain with { Bytes = true }));
        Assert.Equal(Precision.Float32, Auto(plain, isQuantized: true));
        Assert.Equal(Precision.BFloat16, Auto(plain with { BFloat16 = "AMX" }, isQuantized: true));
    }

    [Theory]
    [InlineData(null, Precision.Float32)]
    [InlineData("AVX-512 BF16", Precision.BFloat16)]
    [InlineData("AMX", Precision.BFloat16)]
    public void Auto_takes_bf16_where_the_processor_has_units_for_it_and_names_them(string? units, Precision expected)
    {
        var choice = PrecisionChoice.Of(Precision.Auto, plain with { BFloat16 = units, Bytes = true }, isQuantized: false);
        Assert.Equal(expected, choice.Precision);
        Assert.Contains(units ?? "no arithmetic for bf16", choice.Reason);
    }

    [Fact]
    public void Auto_takes_bf16_on_a_graphics_card_and_fp16_on_one_that_lacks_it()
    {
        Assert.Equal(Precision.BFloat16, Auto(card with { BFloat16 = "bf16" }));
        Assert.Equal(Precision.Float16, Auto(card, isQuantized: true));
    }

    [Fact]
    public void What_is_asked_for_is_taken_whatever_the_device_has()
    {
        foreach (var wish in new[] { Precision.Float32, Precision.BFloat16, Precision.Float16 })
            Assert.All([plain, card], device => Assert.Equal(wish, PrecisionChoice.Of(wish, device, isQuantized: true).Precision));
    }

    [Fact]
    public void Bytes_are_not_for_graphics_cards() =>
        Assert.Contains("CPU", Assert.Throws<InvalidRequestException>(() =>
            PrecisionChoice.Of(Precision.Int8, card, isQuantized: false)).Message);

    [Fact]
    public void A_card_that_is_not_there_has_no_arithmetic() => Assert.Equal(0, CudaDriver.ComputeCapability(1_000_000));

    [Fact]
    public void A_pipeline_that_is_told_nothing_takes_what_auto_comes_to_here_and_its_results_say_so()
    {
        using var pipeline = AmusedPipeline.FromPretrained(TinyPipeline.Folder256);
        var expected = Processor.HasTiles || Processor.HasBFloat16 ? Precision.BFloat16 : Precision.Float32;
        Assert.Equal(expected, pipeline.Precision);
        Assert.Equal(expected, pipeline.Generate(new TextToImageRequest("a fox") { Steps = 1 }).Precision);
        using var plain = TinyPipeline.Load256();
        Assert.Equal(Precision.Float32, plain.Generate(new TextToImageRequest("a fox") { Steps = 1 }).Precision);
    }

    private static Precision Auto(DeviceArithmetic device, bool isQuantized = false) =>
        PrecisionChoice.Of(Precision.Auto, device, isQuantized).Precision;
}
