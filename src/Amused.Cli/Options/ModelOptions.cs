using System.CommandLine;
using Amused.Runtime;
using Amused.Weights;

namespace Amused.Cli.Options;

/// <summary>Which model, in which arithmetic, on which device: what <see cref="AmusedPipeline.FromPretrained"/> needs.</summary>
internal sealed class ModelOptions
{
    /// <summary>The environment variable that stands for <c>--model</c> when that isn't given.</summary>
    public const string Variable = "AMUSED_MODEL";

    /// <summary>What help says of the default.</summary>
    public const string DefaultText = $"the environment variable {Variable}, else {BuiltInModel.Name}";

    public Option<string?> Model { get; } = new DocumentedOption<string?>("--model", "FOLDER|ID",
        $"The checkpoint: a folder, a name on the hub, which is downloaded into the hub's cache at first use, or {BuiltInModel.Name}, "
            + "which is in the box.",
        DefaultText, "--model amused/amused-256", "-m") { Group = OptionGroups.Model };

    public HubOptionSet Hub { get; } = new();

    public Option<Precision?> Precision { get; } = new DocumentedOption<Precision?>("--precision", "auto|fp32|bf16|int8|fp16",
        "The arithmetic of the networks; sampling is always in fp32. auto takes int8 for a quantised checkpoint, bf16 where the "
            + "processor has AVX-512 BF16 or AMX (or on a graphics card; fp16 on "
        + "an old one), else fp32; amused info says which. fp32 gives the tokens of the published implementation, and the same picture "
            + "alone as in a batch. int8 quantises linear layers: "
        + "fastest and smallest on a processor with AVX-512 VNNI, fp32 elsewhere. fp16 on a CPU stores half precision and "
            + "computes in fp32.",
        "auto", "--precision fp32")
    {
        Group = OptionGroups.Model,
        CustomParser = OptionValues.Word(PrecisionNames.All),
        Choices = PrecisionNames.Words,
    };

    public Option<string?> Device { get; } = new DocumentedOption<string?>("--device", "DEVICE",
        "Where to compute: cpu, cuda or cuda:N; cuda needs a build with CUDA.", "cpu", "--device cuda:0")
    {
        Group = OptionGroups.Model,
        Choices = ["cpu", "cuda"],
    };

    public void AddTo(Command command)
    {
        command.Add(Model);
        Hub.AddTo(command);
        command.Add(Precision);
        command.Add(Device);
    }

    public ModelChoice Read(ParseResult parse, Host host) => new(
        Name(parse.GetValue(Model), host),
        Hub.Read(parse),
        parse.GetValue(Precision) ?? Runtime.Precision.Auto,
        parse.GetValue(Device) ?? "cpu");

    /// <summary>The model that was named, on the command line or by the environment, else the one in the box.</summary>
    public static string Name(string? given, Host host) =>
        given is { Length: > 0 } ? given
        : host.Variable(Variable) is { Length: > 0 } variable ? variable
        : BuiltInModel.Name;
}

/// <summary>A model and how it is to be held; two equal choices may share one loaded pipeline.</summary>
/// <param name="Model">Folder or hub id.</param>
/// <param name="Hub">How a hub id is fetched.</param>
/// <param name="Precision">The arithmetic of the networks.</param>
/// <param name="Device"><c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
internal sealed record ModelChoice(string Model, HubChoice Hub, Precision Precision, string Device);
