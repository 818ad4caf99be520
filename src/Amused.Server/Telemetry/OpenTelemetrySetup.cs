using System.Collections;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Amused.Server;

/// <summary>
/// Sends metrics and traces to a collector, where the usual variable (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>) names one; else nothing is
/// collected.
/// </summary>
internal static class OpenTelemetrySetup
{
    private const string VariablePrefix = "OTEL_", EndpointVariable = $"{VariablePrefix}EXPORTER_OTLP_ENDPOINT";

    public static void Add(IHostApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)))
            return;
        // The exporter reads its variables (endpoint, protocol, headers, intervals) from the host's configuration, which has none of the
        // environment by itself.
        builder.Configuration.AddInMemoryCollection(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value))
            .Where(variable => variable.Key.StartsWith(VariablePrefix, StringComparison.Ordinal)));
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("amused"))
            .WithMetrics(metrics => metrics.AddMeter(ServerMetrics.Name).AddAspNetCoreInstrumentation())
            .WithTracing(traces => traces.AddSource(ServerMetrics.Name).AddAspNetCoreInstrumentation())
            .UseOtlpExporter();
    }
}
