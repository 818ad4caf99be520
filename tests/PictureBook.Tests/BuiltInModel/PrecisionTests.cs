using Amused.Runtime;
using Amused.Sampling;
using PictureBook.Prompts;
using Xunit;
using static TorchSharp.torch;

namespace PictureBook.Tests.BuiltInModel;

/// <summary>How near bf16 and int8 come to float32 in the middle of a run of the model in the box: 20 prompts, each at its sixth of twelve steps.</summary>
public sealed class PrecisionTests(PrecisionTests.MiddleOfRuns runs) : IClassFixture<PrecisionTests.MiddleOfRuns>
{
    private const int Prompts = 20, Steps = 12, Middle = 6;
    private const float Guidance = 2;

    [Theory]
    [InlineData(Precision.BFloat16, 0.9995)]
    [InlineData(Precision.Int8, 0.999)]
    public void Logits_of_the_prompt_point_where_those_in_float32_do(Precision precision, double least)
    {
        using var scope = NewDisposeScope();
        var (expected, actual) = (runs.Float32.Conditional, runs.Predict(precision).Conditional);
        var cosine = nn.functional.cosine_similarity(expected.flatten(1), actual.flatten(1), 1);
        Assert.InRange(cosine.mean().item<float>(), least, 1.0001);
    }

    [Theory]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Int8)]
    public void With_guidance_the_likeliest_codes_of_unknown_places_are_mostly_those_of_float32(Precision precision)
    {
        using var scope = NewDisposeScope();
        var same = runs.Float32.Guided.argmax(1).eq(runs.Predict(precision).Guided.argmax(1)).masked_select(runs.Unknown);
        Assert.InRange(same.to(ScalarType.Float32).mean().item<float>(), 0.95, 1);
    }

    /// <summary>Logits (20, codes, 16, 16) float32.</summary>
    internal sealed record Logits(Tensor Conditional, Tensor Guided);

    /// <summary>The grids, and what the model says of them in float32.</summary>
    public sealed class MiddleOfRuns : IDisposable
    {
        private readonly string[] prompts = [.. ScenePrompts.Make(Prompts, seed: 3).Select(prompt => prompt.Text)];
        private readonly Tensor grids;

        public MiddleOfRuns()
        {
            TorchRuntime.EnsureLoaded();
            using var scope = NewDisposeScope();
            List<TokenGrid> seen = [];
            using (var pipeline = AmusedPipeline.FromPretrained(options: new() { Precision = Precision.Float32 }))
            {
                pipeline.Generate(new TextToImageRequest(prompts)
                {
                    Seed = 1, Steps = Steps, GuidanceScale = Guidance,
                    OnStep = step => seen.AddRange(step.StepsDone == Middle ? step.Images.Select(image => image.Tokens) : []),
                });
                grids = tensor(seen.SelectMany(grid => grid.Ids.ToArray()).Select(id => (long)id).ToArray(), [Prompts, seen[0].Rows, seen[0].Columns]).DetachFromDisposeScope();
                Unknown = grids.eq(pipeline.MaskTokenId).DetachFromDisposeScope();
            }
            Float32 = Predict(Precision.Float32);
            Float32.Conditional.DetachFromDisposeScope();
            Float32.Guided.DetachFromDisposeScope();
        }

        /// <summary>Which places are not known yet, (20, 16, 16).</summary>
        internal Tensor Unknown { get; }

        internal Logits Float32 { get; }

        internal Logits Predict(Precision precision)
        {
            using var inference = no_grad();
            using var pipeline = AmusedPipeline.FromPretrained(options: new() { Precision = precision });
            var models = pipeline.Models;
            var (conditional, empty) = (Answer(prompts), Answer([.. prompts.Select(_ => "")]));
            return new(conditional, empty + Guidance * (conditional - empty));

            Tensor Answer(IReadOnlyList<string> texts)
            {
                var states = pipeline.EncodePrompts(texts);
                Tensor Numbers(IReadOnlyList<float[]> rows) => stack(rows.Select(row => tensor(row))).to(models.ComputeType);
                var (pooled, hidden) = (Numbers(states.Pooled), Numbers(states.Hidden).unflatten(1, [states.Positions, -1]));
                var micro = tensor(new float[] { 128, 128, 0, 0, 6 }).expand(texts.Count, 5);
                return models.Transformer.Forward(grids, models.Transformer.Prepare(hidden, pooled, micro)).to(ScalarType.Float32);
            }
        }

        public void Dispose()
        {
            foreach (var tensor in (Tensor[])[grids, Unknown, Float32.Conditional, Float32.Guided])
                tensor.Dispose();
        }
    }
}
