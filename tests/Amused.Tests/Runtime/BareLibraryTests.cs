using Amused.Runtime;
using Xunit;

namespace Amused.Tests.Runtime;

/// <summary>The library in a program that chooses nothing, where only what corrects wrong results is on.</summary>
public sealed class BareLibraryTests
{
    [Fact]
    public void Pictures_come_out_right_while_garbage_is_collected() => BareProcess.RunExplicit(typeof(InBareProcess));

    [Fact]
    public void The_golden_figures_hold() => BareProcess.Run(typeof(BareLibraryTests).Assembly, "-trait", "Category=Golden");

    /// <summary>What runs there.</summary>
    public sealed class InBareProcess
    {
        [Fact(Explicit = true)]
        public async Task Tokens_and_pixels_stay_the_same()
        {
            using var pipeline = TinyPipeline.Load256();
            Assert.All(TorchTuning.Measures, measure => Assert.True(TorchTuning.InEveryProgram.Contains(measure) || !measure.IsOn));
            GenerationRequest[] requests =
            [
                new TextToImageRequest("a dog", "a ball") { Seed = 1, Steps = 4 },
                new InpaintRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)], Masks = [TinyPipeline.Mask(32, 32, 8)], Seed = 1 },
            ];
            GeneratedImage[] Make() => [.. requests.SelectMany(request => pipeline.Generate(request).Images)];
            var expected = Make();
            await using GarbageCollecting collecting = new();
            // Without the quarantine of numbers these end within seconds, with other tokens or an error of libtorch.
            for (var i = 0; i < 20; i++)
            {
                foreach (var (first, again) in expected.Zip(Make()))
                {
                    Assert.Equal(first.Tokens, again.Tokens);
                    Assert.Equal(first.Picture!.Pixels, again.Picture!.Pixels);
                }
            }
        }
    }
}
