using Amused.Sampling;
using Xunit;

namespace Amused.Tests;

public sealed class StepBatchTests
{
    public static TheoryData<string> Models => [TinyPipeline.Folder256, TinyPipeline.Folder512];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_picture_of_a_mixed_batch_is_the_one_that_it_is_alone(string folder)
    {
        using var pipeline = TinyPipeline.Load(folder);
        var requests = Mixed(pipeline.DefaultSize.Width).ToList();
        var alone = requests.ConvertAll(request => pipeline.Generate(request));

        using var batch = pipeline.NewStepBatch(imagesAtOnce: 5);
        var together = RunStaggered(batch, requests);

        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(alone[i].Images.Select(image => image.Tokens), together[i].Images.Select(image => image.Tokens));
            Assert.Equal(alone[i].Images.Select(image => image.Seed), together[i].Images.Select(image => image.Seed));
            for (var image = 0; image < alone[i].Images.Count; image++)
                Assert.Equal(alone[i].Images[image].Picture.Pixels, together[i].Images[image].Picture.Pixels);
            Assert.Equal(alone[i].Notices, together[i].Notices);
        }
    }

    [Fact]
    public void Text_states_of_another_length_go_along_by_themselves()
    {
        using var pipeline = TinyPipeline.Load256();
        var words = pipeline.EncodePrompts("a dog");
        var width = words.Hidden[0].Length / words.Positions;
        TextToImageRequest brief =
            new() { PromptEmbeddings = new(words.Pooled, [words.Hidden[0][..(10 * width)]], 10), Seed = 1, Steps = 3, GuidanceScale = 1 };
        TextToImageRequest usual = new("a cat") { Seed = 2, Steps = 3 };
        var alone = new[] { pipeline.Tokens(brief), pipeline.Tokens(usual) };
        using var batch = pipeline.NewStepBatch();
        Assert.Equal(alone, RunStaggered(batch, [brief, usual]).Select(result => result.Images.Select(image => image.Tokens)));
    }

    [Fact]
    public void Every_step_tells_what_it_tells_alone()
    {
        using var pipeline = TinyPipeline.Load256();
        List<StepProgress> alone = [], together = [];
        var request = new TextToImageRequest("a dog") { Seed = 4, Steps = 6 };
        pipeline.Tokens(request with { OnStep = alone.Add });

        using var batch = pipeline.NewStepBatch();
        using var other = batch.Join(new TextToImageRequest("a cat") { Seed = 1, Steps = 20 });
        batch.Step();
        using var member = batch.Join(request);
        while (!member.Done)
        {
            batch.Step();
            together.Add(member.Progress());
        }
        Assert.Equal(alone.Select(step => (step.StepsDone, step.StepCount, step.Index)),
            together.Select(step => (step.StepsDone, step.StepCount, step.Index)));
        Assert.Equal(alone.Select(step => step.Images[0].Tokens), together.Select(step => step.Images[0].Tokens));
        Assert.Equal(alone.Select(step => step.Images[0].Predicted), together.Select(step => step.Images[0].Predicted));
        Assert.Equal(pipeline.Decode(together[2].Images[0].Predicted).Pixels, pipeline.Decode(alone[2].Images[0].Predicted).Pixels);
    }

    [Fact]
    public void Pictures_of_one_shape_share_a_forward_pass_up_to_the_bound()
    {
        using var pipeline = TinyPipeline.Load256();
        using var batch = pipeline.NewStepBatch(imagesAtOnce: 4);
        batch.Join(new TextToImageRequest("a dog") { ImagesPerPrompt = 3, GuidanceScale = 1 });
        batch.Join(new TextToImageRequest("a cat") { ImagesPerPrompt = 2 });
        batch.Join(new TextToImageRequest("a wide cat") { Width = 48 });
        // Before the first step the images of a prompt are one.
        Assert.Equal([2, 1], batch.Step());
        Assert.Equal([4, 1, 1], batch.Step());
    }

    [Fact]
    public void What_leaves_early_takes_nothing_from_the_others()
    {
        using var pipeline = TinyPipeline.Load256();
        var request = new TextToImageRequest("a dog") { Seed = 3 };
        var alone = pipeline.Tokens(request).Single();
        using var batch = pipeline.NewStepBatch();
        var leaving = batch.Join(new TextToImageRequest("a cat") { Seed = 9 });
        using var staying = batch.Join(request);
        batch.Step();
        leaving.Dispose();
        while (!staying.Done)
            batch.Step();
        Assert.Equal(alone, staying.Finish().Images[0].Tokens);
        Assert.Equal([staying], batch.Members);
    }

    [Fact]
    public void States_beyond_what_the_numbers_bear_fail_alone()
    {
        using var pipeline = TinyPipeline.Load256();
        var request = new TextToImageRequest("a dog") { Seed = 3 };
        using var batch = pipeline.NewStepBatch();
        var states = pipeline.EncodePrompts("a dog");
        float[] huge = [.. states.Hidden[0].Select(_ => float.MaxValue)];
        using var broken = batch.Join(new TextToImageRequest { PromptEmbeddings = states with { Hidden = [huge] }, Seed = 3 });
        using var sound = batch.Join(request);
        while (!broken.Done || !sound.Done)
            batch.Step();
        Assert.Throws<BrokenInputException>(() => broken.Finish());
        Assert.Equal(pipeline.Tokens(request).Single(), sound.Finish().Images[0].Tokens);
    }

    [Fact]
    public void A_step_that_is_stopped_moves_nobody_on()
    {
        using var pipeline = TinyPipeline.Load256();
        using var batch = pipeline.NewStepBatch();
        using var member = batch.Join(new TextToImageRequest("a dog"));
        Assert.Throws<OperationCanceledException>(() => batch.Step(new CancellationToken(canceled: true)));
        Assert.Equal(0, member.StepsDone);
        Assert.Throws<InvalidOperationException>(() => member.Finish());
    }

    /// <summary>Requests of all kinds, each different in words, guidance, steps, size or seed.</summary>
    private static IEnumerable<GenerationRequest> Mixed(int side)
    {
        var (picture, mask) = (TinyPipeline.Picture(side, side), TinyPipeline.Mask(side, side, side / 2));
        yield return new TextToImageRequest("a dog") { Seed = 1 };
        yield return new TextToImageRequest("a red ball", "a hat") { Seed = 2, ImagesPerPrompt = 2, NegativePrompts = ["blue"],
            GuidanceScale = 3, Steps = 5 };
        yield return new TextToImageRequest("no guidance") { Seed = 3, GuidanceScale = 1, Steps = 9 };
        yield return new ImageToImageRequest { Prompts = ["a dog"], Images = [picture], Strength = 0.6, Seed = 4 };
        yield return new InpaintRequest { Prompts = ["a dog"], Images = [picture], Masks = [mask], Seed = 5, ImagesPerPrompt = 2 };
        yield return new TextToImageRequest("wide") { Seed = 6, Width = side * 3 / 2, Height = side / 2 };
        yield return new TextToImageRequest("hot") { Seed = 7, Temperature = new(8, 1), Steps = 3 };
        yield return new TextToImageRequest("a shared generator", "of two") { Seed = 8, Generator = GeneratorMode.Shared, Steps = 4 };
    }

    /// <summary>Runs requests, of which one joins at each step; each leaves when it is done.</summary>
    private static IReadOnlyList<GenerationResult> RunStaggered(StepBatch batch, IReadOnlyList<GenerationRequest> requests)
    {
        var results = new GenerationResult[requests.Count];
        Dictionary<Generation, int> running = [];
        for (var joined = 0; joined < requests.Count || running.Count > 0;)
        {
            if (joined < requests.Count)
                running[batch.Join(requests[joined])] = joined++;
            batch.Step();
            foreach (var (member, i) in running.Where(pair => pair.Key.Done).ToList())
            {
                results[i] = member.Finish();
                member.Dispose();
                running.Remove(member);
            }
        }
        return results;
    }
}
