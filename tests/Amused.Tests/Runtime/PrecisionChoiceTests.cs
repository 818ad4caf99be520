using Amused.Runtime;
using Xunit;

namespace Amused.Tests.Runtime;

public sealed class PrecisionChoiceTests
{
    [Fact]
    public void Bytes_become_float32_where_nothing_multiplies_them()
    {
        var choice = PrecisionChoice.Of(Precision.Int8, isOnCpu: true, isQuantized: false, multipliesBytes: false);
        Assert.Equal(Precision.Float32, choice.Precision);
        Assert.Contains("fp32", choice.Reason);
        Assert.Equal(Precision.Int8, PrecisionChoice.Of(Precision.Int8, isOnCpu: true, isQuantized: false, multipliesBytes: true).Precision);
    }

    [Fact]
    public void Auto_takes_bytes_for_a_quantised_checkpoint_only()
    {
        Assert.Equal(Precision.Int8, PrecisionChoice.Of(Precision.Auto, isOnCpu: true, isQuantized: true, multipliesBytes: true).Precision);
        Assert.NotEqual(Precision.Int8, PrecisionChoice.Of(Precision.Auto, isOnCpu: true, isQuantized: false, multipliesBytes: true).Precision);
        Assert.NotEqual(Precision.Int8, PrecisionChoice.Of(Precision.Auto, isOnCpu: true, isQuantized: true, multipliesBytes: false).Precision);
    }

    [Fact]
    public void Auto_takes_bf16_where_the_processor_or_a_graphics_card_multiplies_it()
    {
        var expected = Processor.HasBFloat16 || Processor.HasTiles ? Precision.BFloat16 : Precision.Float32;
        Assert.Equal(expected, PrecisionChoice.Of(Precision.Auto, isOnCpu: true, isQuantized: false, multipliesBytes: false).Precision);
        Assert.Equal(Precision.BFloat16, PrecisionChoice.Of(Precision.Auto, isOnCpu: false, isQuantized: true, multipliesBytes: true).Precision);
    }

    [Fact]
    public void Bytes_are_not_for_graphics_cards() =>
        Assert.Contains("CPU", Assert.Throws<InvalidRequestException>(() => PrecisionChoice.Of(Precision.Int8, isOnCpu: false, isQuantized: false)).Message);
}
