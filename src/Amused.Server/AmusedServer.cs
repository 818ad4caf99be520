using System.Net.Sockets;
using Amused.Runtime;
using Amused.Weights;
using Amused.Weights.Hub;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Amused.Server;

/// <summary>The server: pictures over HTTP.</summary>
public sealed class AmusedServer : IAsyncDisposable
{
    /// <summary>How long a client may take to say what it wants, before its body.</summary>
    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);

    private readonly WebApplication app;
    private readonly ServerOptions options;

    private AmusedServer(WebApplication app, ServerOptions options) => (this.app, this.options) = (app, options);

    /// <summary>The addresses at which it listens, once it has started.</summary>
    public IReadOnlyList<string> Urls => [.. app.Urls];

    /// <summary>The services, for tests.</summary>
    internal IServiceProvider Services => app.Services;

    /// <summary>Makes a server that doesn't listen yet, and chooses <see cref="TorchTuning.CommandLine"/> for the process.</summary>
    /// <param name="options">What it serves.</param>
    /// <param name="configure">What a program or a test changes of the host.</param>
    /// <exception cref="InvalidRequestException">Something in the options is unusable.</exception>
    /// <exception cref="BrokenInputException">The history can't be opened.</exception>
    public static AmusedServer Create(ServerOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        TorchTuning.Use(TorchTuning.CommandLine);
        // Nothing but these options decides: no settings file of the folder in which it is started, no variables but OpenTelemetry's.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "amused" });
        builder.WebHost.UseKestrelCore().UseUrls([.. options.Urls]).ConfigureKestrel(kestrel => Limit(kestrel, options.Limits));
        builder.Services.AddRoutingCore();
        Logs.Add(builder.Logging, options);
        AddServices(builder.Services, options);
        OpenTelemetrySetup.Add(builder);
        configure?.Invoke(builder);
        var app = builder.Build();
        try
        {
            Map(app);
        }
        catch
        {
            (app as IDisposable).Dispose();
            throw;
        }
        return new(app, options);
    }

    /// <summary>Listens, serves until it is told to stop, lets what is under way come to its end, and ends.</summary>
    /// <param name="stop">Tells it to stop.</param>
    /// <param name="started">Called when it listens.</param>
    /// <exception cref="BrokenInputException">An address is taken, or isn't this machine's.</exception>
    public async Task RunAsync(CancellationToken stop, Action<AmusedServer>? started = null)
    {
        await StartAsync();
        started?.Invoke(this);
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await StopAsync();
    }

    /// <summary>Listens, and loads the first model beside it.</summary>
    /// <exception cref="BrokenInputException">An address is taken, or isn't this machine's.</exception>
    public async Task StartAsync()
    {
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        // Kestrel makes an IOException of an address that is taken; what else the system says against one comes as it is.
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException)
        {
            throw new BrokenInputException($"cannot listen at {string.Join(", ", options.Urls)}: {FileFault.Printable(e.Message)}", e);
        }
        if (options.LoadAtStart)
            _ = LoadFirstAsync(app.Services.GetRequiredService<GenerationEngine>(), app.Services.GetRequiredService<ILogger<AmusedServer>>());
    }

    /// <summary>Takes no new requests, lets those that are under way come to their end, and stops listening.</summary>
    public async Task StopAsync()
    {
        var engine = app.Services.GetRequiredService<GenerationEngine>();
        await Task.WhenAny(engine.DrainAsync(), Task.Delay(options.DrainTimeout));
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await app.StopAsync(atOnce.Token);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task LoadFirstAsync(GenerationEngine engine, ILogger logger)
    {
        try
        {
            await engine.LoadAsync(options.Models[0].Id, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The server lives on: it says that it isn't ready, and each request tries again and says why.
            Logs.ModelFailed(logger, options.Models[0].Id, e);
        }
    }

    private static void Check(ServerOptions options)
    {
        if (options.Models.Count == 0)
            throw new InvalidRequestException("a server needs a model");
        if (options.Models.GroupBy(model => model.Id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InvalidRequestException($"two models are called {twice.Key}: give one another name, NAME=FOLDER");
        foreach (var model in options.Models)
        {
            HubClient.ThrowIfNoModel(model.Source);
            if (Directory.Exists(model.Source))
                CheckpointFolder.Open(model.Source).ReadIndex();
        }
        if (options.QueueLimit < 1 || options.BatchLimit < 1)
            throw new InvalidRequestException("the queue and the batch must have room for one at least");
        ListenAddresses.Check(options);
    }

    private static void Limit(KestrelServerOptions kestrel, ServerLimits limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = limits.BodyBytes;
        kestrel.Limits.MaxConcurrentConnections = limits.Connections;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        // Who sends or takes less than this is cut off; it is Kestrel's default, but more patient clients would hold a connection for ever without it.
        kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
    }

    private static void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(options).AddSingleton(TimeProvider.System).AddMetrics();
        services.AddSingleton(_ => new HubClient()).AddSingleton<LocateModel>(provider => provider.GetRequiredService<HubClient>().LocateAsync).AddSingleton<ModelFolders>();
        services.AddSingleton<ServerMetrics>().AddSingleton<ModelManager>().AddSingleton<GenerationEngine>().AddSingleton<ModelChoices>().AddSingleton<JobRegistry>();
        services.AddSingleton(new ApiKeys(options.ApiKeys));
        services.AddSingleton(provider => new HistoryHolder(options.DataFolder is { } folder
            ? HistoryStore.Open(folder, options.Retention, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<HistoryStore>>())
            : null));
        services.AddSingleton<JobFinisher>();
        services.AddSingleton<ImageRequests>().AddSingleton<JobRequests>();
        services.Configure<FormOptions>(form =>
        {
            form.MultipartBodyLengthLimit = options.Limits.BodyBytes;
            form.ValueLengthLimit = (int)Math.Min(options.Limits.BodyBytes, int.MaxValue);
            form.ValueCountLimit = 64;
            // Pictures are read into memory in any case: no temporary file, which needs a folder to be written to, stands between.
            form.MemoryBufferThreshold = (int)Math.Min(options.Limits.BodyBytes, int.MaxValue);
        });
        // A parameter that is missing or can't be read is an error like all others, with a body that says so.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        services.AddOpenApi(api => api.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(JobBody))
                JobBody.Fields(options.Limits).Describe(schema);
            else if (context.JsonTypeInfo.Type == typeof(ImageBody))
                ImageBody.Fields(options.Limits).Describe(schema);
            return Task.CompletedTask;
        }));
        // The program decides when to stop, not the host's own ear for signals.
        services.AddSingleton<IHostLifetime, QuietLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
    }

    private static void Map(WebApplication app)
    {
        app.UseMiddleware<Errors>();
        app.UseMiddleware<RequestGuard>();
        app.UseRouting();
        T Make<T>() => ActivatorUtilities.CreateInstance<T>(app.Services);
        Make<ImageEndpoints>().Map(app);
        Make<ModelEndpoints>().Map(app);
        Make<JobEndpoints>().Map(app);
        Make<HistoryEndpoints>().Map(app);
        Make<ServerModelEndpoints>().Map(app);
        Make<HealthEndpoints>().Map(app);
        app.MapOpenApi();
        InterfacePage.Map(app);
        StaticPages.Map(app);
        app.MapFallback("{**path}", NothingHere);
    }

    /// <summary>The answer where nothing is served, or where something is that takes another kind of body.</summary>
    private static Task NothingHere(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsPost(request.Method) && !request.HasJsonContentType() && request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            return Errors.WriteAsync(context, 415, new("the content type must be application/json, or multipart/form-data where files are sent", "invalid_request_error", null, "unsupported_content_type"));
        return Errors.WriteAsync(context, 404, new($"{request.Method} has nothing to do at this address", "invalid_request_error", null, "not_found"));
    }
}
