using System.Diagnostics;
using Amused.Runtime;
using Xunit;

namespace Amused.Tests.Runtime;

/// <summary>
/// The library in a program that chooses nothing, where only what corrects wrong results is on. Tests choose more, so that these start a process that
/// switches it off again and runs tests of this project.
/// </summary>
public sealed class BareLibraryTests
{
    private static readonly string onlyCorrections = $"none,{TorchTuning.ScalarQuarantine.Name}";

    [Fact]
    public void Pictures_come_out_right_while_garbage_is_collected() => RunTests("-class", typeof(InBareProcess).FullName!, "-explicit", "only");

    [Fact]
    public void The_golden_figures_hold() => RunTests("-trait", "Category=Golden");

    private static void RunTests(params IReadOnlyList<string> filter)
    {
        ProcessStartInfo start = new("dotnet", [typeof(BareLibraryTests).Assembly.Location, .. filter, "-noLogo", "-noColor", "-failSkips-"])
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        start.Environment[TuningSwitches.Variable] = onlyCorrections;
        // Beside the other tests, spinning threads would wait for each other; how they wait changes no number.
        start.Environment["OMP_WAIT_POLICY"] = "passive";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        Assert.DoesNotMatch(@"Total: 0\b", output);
    }

    /// <summary>What runs there.</summary>
    public sealed class InBareProcess
    {
        [Fact(Explicit = true)]
        public async Task Tokens_and_pixels_stay_the_same()
        {
            using var pipeline = TinyPipeline.Load256();
            Assert.Equal(TorchTuning.ScalarQuarantine.WhyOff is null ? [TorchTuning.ScalarQuarantine] : [], TorchTuning.Measures.Where(measure => measure.IsOn));
            GenerationRequest[] requests =
            [
                new TextToImageRequest("a dog", "a ball") { Seed = 1, Steps = 4 },
                new InpaintRequest { Prompts = ["a dog"], Images = [TinyPipeline.Picture(32, 32)], Masks = [TinyPipeline.Mask(32, 32, 8)], Seed = 1 },
            ];
            GeneratedImage[] Make() => [.. requests.SelectMany(request => pipeline.Generate(request).Images)];
            var expected = Make();
            await using GarbageCollecting collecting = new();
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
