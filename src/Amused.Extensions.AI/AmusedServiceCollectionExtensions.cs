using System.Diagnostics.CodeAnalysis;
using Amused.Extensions.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

// Where programs look for such methods without a using of their own.
#pragma warning disable IDE0130
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Registers image generators.</summary>
[Experimental(Experiments.ImageGeneration)]
public static class AmusedServiceCollectionExtensions
{
    /// <summary>
    /// Registers an <see cref="AmusedImageGenerator"/>, also as <see cref="IImageGenerator"/>: one for all, whose model is loaded at first
    /// use and freed with the container.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options, above all the model; <c>services.Configure&lt;AmusedOptions&gt;(…)</c> does as well.</param>
    /// <returns>What puts logging, telemetry and more around the generator: <c>.UseLogging().UseOpenTelemetry()</c>.</returns>
    /// <example><code>services.AddAmused(options => options.Model = "amused/amused-256").UseLogging();</code></example>
    public static ImageGeneratorBuilder AddAmused(this IServiceCollection services, Action<AmusedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Configure(configure ?? (_ => { }));
        services.TryAddSingleton(provider => New(provider, Options.Options.DefaultName));
        return services.AddImageGenerator(provider => provider.GetRequiredService<AmusedImageGenerator>());
    }

    /// <summary>Registers a generator under a key, for programs that have several models. See <see cref="AddAmused"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="serviceKey">What services are asked for by, and the name of the options.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>What puts more around the generator.</returns>
    public static ImageGeneratorBuilder AddKeyedAmused(this IServiceCollection services, string serviceKey,
        Action<AmusedOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(serviceKey);
        services.Configure(serviceKey, configure ?? (_ => { }));
        services.TryAddKeyedSingleton(serviceKey, (provider, _) => New(provider, serviceKey));
        return services.AddKeyedImageGenerator(serviceKey, provider => provider.GetRequiredKeyedService<AmusedImageGenerator>(serviceKey));
    }

    private static AmusedImageGenerator New(IServiceProvider provider, string optionsName) =>
        new(provider.GetRequiredService<IOptionsMonitor<AmusedOptions>>().Get(optionsName),
            provider.GetService<ILogger<AmusedImageGenerator>>());
}
