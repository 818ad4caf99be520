using Amused.Sampling;
using Amused.Tests.Lora;
using TorchSharp;
using Xunit;

namespace Amused.Tests;

/// <summary>These count the tensors of the whole process, so they run by themselves.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests
{
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    [Fact]
    public void A_call_leaves_no_tensor_behind()
    {
        using var pipeline = TinyPipeline.Load256();
        GenerationRequest[] requests =
        [
            new TextToImageRequest("a dog", "a ball") { ImagesPerPrompt = 3, Output = OutputKind.Pixels },
            new ImageToImageRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)] },
            new InpaintRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)], Masks = [TinyPipeline.Mask(32, 32, 8)] },
        ];
        foreach (var request in requests)
        {
            pipeline.Generate(request);
            var before = LiveTensors();
            pipeline.Generate(request);
            Assert.Equal(before, LiveTensors());
        }
    }

    [Fact]
    public void A_batch_of_steps_leaves_no_tensor_behind()
    {
        using var pipeline = TinyPipeline.Load256();
        void Run()
        {
            using var batch = pipeline.NewStepBatch();
            using var done = batch.Join(new TextToImageRequest("a dog", "a ball") { Steps = 2 });
            batch.Step();
            batch.Join(new InpaintRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)],
                Masks = [TinyPipeline.Mask(32, 32, 8)], GuidanceScale = 1 });
            batch.Step();
            done.Preview();
            done.Finish();
        }
        Run();
        var before = LiveTensors();
        Run();
        Assert.Equal(before, LiveTensors());
    }

    [Fact]
    public void A_call_that_fails_or_is_cancelled_leaves_no_tensor_behind()
    {
        using var pipeline = TinyPipeline.Load256();
        var before = LiveTensors();
        Assert.Throws<InvalidRequestException>(() => pipeline.Generate(new TextToImageRequest("a dog") { Width = 30 }));
        Assert.Throws<InvalidOperationException>(() =>
            pipeline.Generate(new TextToImageRequest("a dog") { OnStep = _ => throw new InvalidOperationException() }));
        Assert.Equal(before, LiveTensors());
    }

    [Theory]
    [InlineData(GeneratorMode.Shared)]
    [InlineData(GeneratorMode.PerImage)]
    public void What_a_prompt_comes_to_is_kept_once_for_all_its_images(GeneratorMode mode)
    {
        using var pipeline = TinyPipeline.Load256();
        long LiveWhileSampling(int images)
        {
            long live = 0;
            pipeline.Tokens(new TextToImageRequest("a dog") { ImagesPerPrompt = images, Generator = mode, Steps = 1, OnStep = _ =>
                live = LiveTensors() });
            return live;
        }
        LiveWhileSampling(8);
        // Two tensors an image are its own: its tokens, and what was drawn.
        Assert.InRange(LiveWhileSampling(40) - LiveWhileSampling(8), 0, 32 * 3);
    }

    [Fact]
    public void A_LoRA_leaves_no_tensor_behind()
    {
        using var pipeline = TinyPipeline.Load256();
        var before = LiveTensors();
        var first = pipeline.LoadLora(TinyLora.Golden256);
        var second = pipeline.LoadLora(TinyLora.Golden256, scale: 0.5);
        pipeline.FuseLoras();
        pipeline.UnloadLora(first);
        pipeline.UnfuseLoras();
        pipeline.UnloadLora(second);
        Assert.Throws<BrokenInputException>(() => pipeline.LoadLora(TinyLora.Golden512));
        Assert.Equal(before, LiveTensors());
    }

    [Fact]
    public void Disposing_frees_every_tensor_of_the_model()
    {
        var before = LiveTensors();
        using (var pipeline = TinyPipeline.Load256())
        {
            pipeline.LoadLora(TinyLora.Golden256);
            pipeline.FuseLoras();
            pipeline.LoadLora(TinyLora.Golden256);
        }
        Assert.Equal(before, LiveTensors());
    }

    [Fact]
    public void Fifty_generations_keep_the_resident_size_flat()
    {
        using var pipeline = TinyPipeline.Load512();
        var request = new TextToImageRequest("a dog") { ImagesPerPrompt = 2 };
        for (var i = 0; i < 10; i++)
            pipeline.Generate(request);
        var before = ResidentBytes();
        for (var i = 0; i < 50; i++)
            pipeline.Generate(request);
        Assert.InRange(ResidentBytes(), 0, before * 1.05);
    }

    private static long LiveTensors() => torch.Tensor.TotalCount;

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
