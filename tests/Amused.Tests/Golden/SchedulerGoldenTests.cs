using System.Text.Json;
using Amused.Networks;
using Amused.Sampling;
using Amused.Tests.Sampling;
using Xunit;
using static TorchSharp.torch;

namespace Amused.Tests.Golden;

[Trait("Category", GoldenFolder.Category)]
public sealed class SchedulerGoldenTests : IGoldenTests
{
    public static IEnumerable<string> FilesRead => GoldenFolder.Files("scheduler.safetensors");

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (var file in FilesRead)
                for (var i = 0; i < new GoldenFigures(file).Metadata("cases").GetArrayLength(); i++)
                    cases.Add(file, i);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_schedule_stepped_with_given_logits_keeps_the_references_tokens(string file, int index)
    {
        using var scope = NewDisposeScope();
        var figures = new GoldenFigures(file);
        var description = figures.Metadata("cases")[index];
        var (maskTokenId, ratio) =
            (description.GetProperty("mask_token_id").GetInt32(), description.GetProperty("starting_mask_ratio").GetSingle());
        var plan = PlanOf(description);
        Agreement.AssertClose("temperatures", figures[$"{index}.temperatures"], tensor(plan.Temperatures.ToArray()), 1e-6);

        var start = figures[$"{index}.start"];
        var state = new SamplingState(
            [.. TokenTensors.ToGrids(start)], maskTokenId, plan, new RandomStream(description.GetProperty("seed").GetInt64()), 0,
            [.. Enumerable.Repeat(ratio, (int)start.shape[0])]);
        while (!state.Done)
        {
            var step = $"{index}.{state.Index}";
            MaskGitSampler.Step(state, WholeLogits.OfUnknown(state, figures[$"{step}.logits"]));
            Agreement.AssertSame($"{step}.pred_original_sample", figures[$"{step}.pred_original_sample"],
                TokenTensors.ToTensor(state.Predicted));
            Agreement.AssertSame($"{step}.prev_sample", figures[$"{step}.prev_sample"], TokenTensors.ToTensor(state.Tokens));
        }
        var noisy = TokenTensors.ToGrids(figures[$"{index}.add_noise_in"])
            .Select(tokens => MaskGitSampler.AddNoise(tokens, maskTokenId, plan, index: 0, state.Random));
        Agreement.AssertSame("add_noise_out", figures[$"{index}.add_noise_out"], TokenTensors.ToTensor([.. noisy]));
    }

    [Fact]
    public void Every_figure_of_the_scheduler_belongs_to_a_case()
    {
        foreach (var file in FilesRead)
        {
            var figures = new GoldenFigures(file);
            var cases = figures.Metadata("cases").EnumerateArray().ToList();
            foreach (var key in figures.Keys)
            {
                var words = key.Split('.');
                var steps = cases[int.Parse(words[0])].GetProperty("steps").GetInt32();
                Assert.True(
                    words is [_, "temperatures" or "timesteps" or "start" or "add_noise_in" or "add_noise_out"]
                    || (words is [_, _, "logits" or "pred_original_sample" or "prev_sample"] && int.Parse(words[1]) < steps), key);
            }
        }
    }

    private static SamplingPlan PlanOf(JsonElement description)
    {
        var temperature = description.GetProperty("temperature");
        var range = temperature.ValueKind == JsonValueKind.Array
            ? new TemperatureRange(temperature[0].GetSingle(), temperature[1].GetSingle())
            : TemperatureRange.FromSingle(temperature.GetSingle());
        return new(description.GetProperty("steps").GetInt32(), range,
            Enum.Parse<MaskingSchedule>(description.GetProperty("schedule").GetString()!, ignoreCase: true));
    }
}
