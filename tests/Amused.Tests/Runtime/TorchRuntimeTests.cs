using Amused.Runtime;
using TorchSharp;
using Xunit;

namespace Amused.Tests.Runtime;

public class TorchRuntimeTests
{
    [Fact]
    public void Loading_twice_and_from_several_threads_does_no_harm()
    {
        Parallel.For(0, 8, _ => TorchRuntime.EnsureLoaded());
        TorchRuntime.EnsureLoaded();
    }

    [Fact]
    public void Tensors_can_be_multiplied_once_it_is_loaded()
    {
        using var matrix = torch.tensor([1f, 2, 3, 4], [2, 2]);
        using var product = torch.matmul(matrix, matrix);
        Assert.Equal([7f, 10, 15, 22], product.data<float>());
    }
}
