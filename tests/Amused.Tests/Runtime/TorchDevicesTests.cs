using Amused.Runtime;
using TorchSharp;
using Xunit;

namespace Amused.Tests.Runtime;

public class TorchDevicesTests
{
    [Fact]
    public void The_cpu_is_always_there()
    {
        Assert.Equal(DeviceType.CPU, TorchDevices.Parse("cpu").type);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("CPU")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0")]
    public void An_unknown_name_is_refused_and_the_right_ones_named(string name)
    {
        var error = Assert.Throws<InvalidRequestException>(() => TorchDevices.Parse(name));
        Assert.Contains($"'{name}'", error.Message);
        Assert.Contains("cpu, cuda, or cuda:N", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("cuda")]
    [InlineData("cuda:3")]
    public void A_build_for_the_cpu_refuses_cuda_and_says_how_to_get_it(string name)
    {
        Assert.SkipWhen(TorchRuntime.IsCudaBuild, "this build is for CUDA");
        var error = Assert.Throws<InvalidRequestException>(() => TorchDevices.Parse(name));
        Assert.Contains($"'{name}'", error.Message);
        Assert.Contains("-p:AmusedTorch=cuda", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }
}
