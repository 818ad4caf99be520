using Xunit;
using static TorchSharp.torch;

namespace Amused.Training.Tests.Objectives;

public sealed class VqUpdatesTests
{
    [Fact]
    public void A_step_that_is_left_out_leaves_no_latents_to_make_codes_of()
    {
        using var network = VqNetwork.Create(
            new() { BlockOutChannels = [8, 16], LatentChannels = 4, NumVqEmbeddings = 16, NormNumGroups = 4, MidBlockAddAttention = false, LookupFromCodebook = true }, seed: 1);
        VqPhase phase = new() { Steps = 4, Quantizes = true, WarmupSteps = 0 };
        using VqUpdates updates = new(network, new() { ReviveAfter = 2 });
        using var scope = NewDisposeScope();
        using Generator generator = new(1);
        var pixels = rand([2, 3, 16, 16], generator: generator);

        var applied = new[] { pixels, pixels * float.NaN, pixels }.Select((batch, step) => updates.Step(new(batch), phase, step)).ToList();
        Assert.Equal([true, false, true], applied.Select(step => step.Applied));
        Assert.Equal([0, 0], applied[..2].Select(step => step.Codebook!.Revived));
        Assert.True(applied[2].Codebook!.Revived > 0);
        Assert.All(updates.State, entry => Assert.True(entry.Value.isfinite().all().item<bool>(), entry.Key));
        Assert.True(network.Model.Quantizer.Codebook.isfinite().all().item<bool>());
    }
}
