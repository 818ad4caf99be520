using Amused.Runtime;
using Amused.Training.Tests.Support;
using Xunit;

namespace Amused.Training.Tests.Checkpoints;

public sealed class QuantizedCheckpointTests : IDisposable
{
    private readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void Training_from_bytes_is_refused_in_a_line()
    {
        var config = tiny.Config();
        CheckpointQuantizer.Quantize(config.Model.Name!, tiny.PathOf("q"));
        var fault = Assert.Throws<BrokenInputException>(() => TinyRun.Run(config with { Model = new() { Name = tiny.PathOf("q") } }));
        Assert.Contains("quantised", fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
        var lora = config with { Model = new() { Name = tiny.PathOf("q") }, Transformer = TinyRun.Lora("to_q") };
        Assert.Throws<BrokenInputException>(() => TinyRun.Run(lora));
    }

    [Theory]
    [InlineData(Precision.Int8)]
    [InlineData(Precision.Auto)]
    public void A_run_computes_in_numbers(Precision precision) =>
        Assert.Contains("mixed_precision", Assert.Throws<InvalidRequestException>((tiny.Config() with { MixedPrecision = precision }).Validate).Message);
}
