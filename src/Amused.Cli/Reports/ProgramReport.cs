using System.Globalization;
using System.Text.Json.Nodes;
using Amused.Cli.Commands;
using Amused.Runtime;
using TorchSharp;

namespace Amused.Cli.Reports;

/// <summary>What this program runs on: versions, processor, threads, and what is changed in libtorch.</summary>
/// <param name="Versions">The versions of TorchSharp and libtorch.</param>
/// <param name="Threads">How many threads libtorch computes on.</param>
internal sealed record ProgramReport(TorchVersions Versions, int Threads)
{
    /// <summary>Loads libtorch and asks it.</summary>
    public static ProgramReport Read()
    {
        TorchRuntime.EnsureLoaded();
        return new(TorchRuntime.Versions, torch.get_num_threads());
    }

    public void WriteTable(TextWriter writer)
    {
        TextTable.Write(
        [
            ["amused", CommandTree.Version],
            ["TorchSharp", $"{Versions.TorchSharp}"],
            ["libtorch", $"{Versions.LibTorch}"],
            ["processor", string.Join(", ", Processor.Instructions)],
            ["threads", Threads.ToString(CultureInfo.InvariantCulture)],
        ], writer);
        writer.WriteLine();
        TextTable.Write(
        [
            ["measure", "state", "for", "what it does"],
            .. TorchTuning.Measures.Select(one => (string[])[one.Name, one.IsOn ? "on" : "off", one.MadeFor, one.Reason]),
        ], writer);
        var off = TorchTuning.Measures.Where(measure => !measure.IsOn).Select(one => (string[])[one.Name, $"is off: {one.WhyOff}"]).ToList();
        if (off.Count > 0)
            writer.WriteLine();
        TextTable.Write(off, writer);
    }

    public string ToJson() => new JsonObject
    {
        ["kind"] = "program",
        ["version"] = CommandTree.Version,
        ["torchsharp"] = Versions.TorchSharp?.ToString(),
        ["libtorch"] = Versions.LibTorch?.ToString(),
        ["processor"] = new JsonArray([.. Processor.Instructions.Select(name => (JsonNode)name)]),
        ["threads"] = Threads,
        ["tuning"] = new JsonArray([.. TorchTuning.Measures.Select(measure => new JsonObject
        {
            ["name"] = measure.Name,
            ["on"] = measure.IsOn,
            ["why_off"] = measure.WhyOff,
            ["made_for"] = measure.MadeFor,
            ["reason"] = measure.Reason,
        })]),
    }.ToJsonString(PictureSettings.Readable);
}
