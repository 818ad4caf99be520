using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Amused.Server.Telemetry;

/// <summary>Sends metrics and traces to a collector, where the usual variable (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>) names one; else nothing is collected.</summary>
internal static class OpenTelemetrySetup
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void Add(IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)))
            return;
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("amused"))
            .WithMetrics(metrics => metrics.AddMeter(ServerMetrics.Name).AddAspNetCoreInstrumentation())
            .WithTracing(traces => traces.AddSource(ServerMetrics.Name).AddAspNetCoreInstrumentation())
            .UseOtlpExporter();
    }
}
