using System.Diagnostics;
using Amused.Extensions.AI.Tests.Support;
using Amused.Runtime;
using Amused.Tests;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Amused.Extensions.AI.Tests;

public sealed class ServiceTests
{
    [Fact]
    public void A_generator_gives_itself_its_metadata_and_its_pipeline()
    {
        using var tiny = new TinyGenerator();
        Assert.Same(tiny.Generator, tiny.Generator.GetService<IImageGenerator>());
        Assert.Same(tiny.Generator, tiny.Generator.GetService<AmusedImageGenerator>());
        Assert.Same(tiny.Pipeline, tiny.Generator.GetService<AmusedPipeline>());
        var metadata = tiny.Generator.GetRequiredService<ImageGeneratorMetadata>();
        Assert.Equal(("amused", TinyGenerator.ModelId), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Null(tiny.Generator.GetService<string>());
        Assert.Null(tiny.Generator.GetService<AmusedPipeline>("key"));
    }

    [Fact]
    public async Task The_container_loads_the_model_at_first_use_and_once_and_frees_it()
    {
        var log = new LogLines();
        AmusedPipeline pipeline;
        await using (var provider = Services(log, services => services.AddAmused(options => options.Model = TinyPipeline.Folder256)))
        {
            var generator = provider.GetRequiredService<IImageGenerator>();
            Assert.Same(generator, provider.GetRequiredService<IImageGenerator>());
            Assert.Equal(TinyPipeline.Folder256, generator.GetRequiredService<ImageGeneratorMetadata>().DefaultModelId);
            Assert.Empty(log.Lines);
            await Task.WhenAll(Enumerable.Range(0, 4)
                .Select(_ => Task.Run(() => generator.GenerateImagesAsync("a fox", TinyGenerator.Options()))));
            pipeline = generator.GetRequiredService<AmusedPipeline>();
            // What auto came to.
            Assert.Contains($"Loaded {TinyPipeline.Folder256} in {pipeline.Precision} on cpu", Assert.Single(log.Lines));
        }
        Assert.Throws<ObjectDisposedException>(() => pipeline.Generate(new TextToImageRequest("a fox")));
    }

    [Fact]
    public async Task Options_come_from_the_options_pattern_too_and_LoRAs_are_applied()
    {
        var log = new LogLines();
        // Its file doesn't say its alpha, which is logged.
        var lora = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "training", "tiny256", "lora");
        await using var provider = Services(log, services =>
        {
            services.Configure<AmusedOptions>(options => options.Model = TinyPipeline.Folder256);
            services.AddAmused(options => options.Loras.Add(new() { Path = lora, Scale = 0.5 }));
        });
        var pipeline = await provider.GetRequiredService<AmusedImageGenerator>().LoadAsync();
        Assert.Equal(0.5, Assert.Single(pipeline.Loras).Scale);
        Assert.Contains(log.Lines, line => line.Contains("alpha", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_LoRA_that_is_missing_is_told_at_the_first_call()
    {
        await using var provider = Services(new(), services => services.AddAmused(options =>
        {
            options.Model = TinyPipeline.Folder256;
            options.Loras.Add(new() { Path = "missing.safetensors" });
        }));
        var wrong = await Assert.ThrowsAsync<BrokenInputException>(() =>
            provider.GetRequiredService<IImageGenerator>().GenerateImagesAsync("a fox"));
        Assert.Contains("missing.safetensors", wrong.Message);
    }

    [Fact]
    public async Task Several_models_are_told_apart_by_keys()
    {
        await using var provider = Services(new(), services =>
        {
            services.AddKeyedAmused("small", options => options.Model = TinyPipeline.Folder256);
            services.AddKeyedAmused("large", options => (options.Model, options.Precision) = (TinyPipeline.Folder512, Precision.BFloat16));
        });
        Assert.Null(provider.GetService<IImageGenerator>());
        Assert.Equal(32, await Side("small"));
        Assert.Equal(64, await Side("large"));

        async Task<int> Side(string key) => TinyGenerator.Picture(
            (await provider.GetRequiredKeyedService<IImageGenerator>(key)
                .GenerateImagesAsync("a fox", TinyGenerator.Options())).Contents[0]).Width;
    }

    [Fact]
    public async Task The_builder_adds_logging_and_telemetry()
    {
        var log = new LogLines();
        List<Activity> activities = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == nameof(The_builder_adds_logging_and_telemetry),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using var provider = Services(log, services => services.AddAmused(options => options.Model = TinyPipeline.Folder256)
            .UseLogging().UseOpenTelemetry(sourceName: nameof(The_builder_adds_logging_and_telemetry)));
        await provider.GetRequiredService<IImageGenerator>().GenerateImagesAsync("a secret fox", TinyGenerator.Options());

        Assert.Contains("GenerateAsync invoked.", log.Lines);
        Assert.Contains("GenerateAsync completed.", log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
        var activity = Assert.Single(activities);
        Assert.Equal(("amused", 64), (activity.GetTagItem("gen_ai.provider.name"), activity.GetTagItem("gen_ai.usage.output_tokens")));
        Assert.DoesNotContain(activity.TagObjects, tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Requests_with_masks_and_progress_can_be_logged_in_full()
    {
        var log = new LogLines { Least = LogLevel.Trace };
        await using var provider =
            Services(log, services => services.AddAmused(options => options.Model = TinyPipeline.Folder256).UseLogging());
        var options = TinyGenerator.Options(("mask", TinyPipeline.Mask(32, 32, 8)), ("progress", new Progress<ImageProgress>()));
        await provider.GetRequiredService<IImageGenerator>()
            .EditImageAsync(TinyGenerator.Content(TinyPipeline.Picture(32, 32)), "a fox", options);
        Assert.Contains(log.Lines, line => line.Contains("a fox", StringComparison.Ordinal));
    }

    private static ServiceProvider Services(LogLines log, Action<IServiceCollection> add)
    {
        var services = new ServiceCollection().AddLogging(logging => logging.SetMinimumLevel(log.Least).AddProvider(log));
        add(services);
        return services.BuildServiceProvider();
    }
}
