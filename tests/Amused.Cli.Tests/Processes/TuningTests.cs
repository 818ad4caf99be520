using System.Text.Json;
using Amused.Cli.Tests.Support;
using Amused.Runtime;
using Xunit;

namespace Amused.Cli.Tests.Processes;

/// <summary>What the tool changes in libtorch, in processes of its own.</summary>
public sealed class TuningTests
{
    public static TheoryData<string> Names => [.. TorchTuning.Measures.Select(measure => measure.Name)];

    [Fact]
    public void The_tool_chooses_all_but_the_quarantine_of_tensors()
    {
        foreach (var (name, whyOff) in States(""))
            AssertChosen(name != TorchTuning.TensorQuarantine.Name, whyOff, "not chosen by this program");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_measure_can_be_switched_on_and_off_by_itself(string name)
    {
        foreach (var (other, whyOff) in States($"none, {name}"))
            AssertChosen(other == name, whyOff, "switched off by AMUSED_TUNING");
        foreach (var (other, whyOff) in States($"all,-{name}"))
            AssertChosen(other != name, whyOff, "switched off by AMUSED_TUNING");
    }

    [Fact]
    public void A_measure_that_does_not_exist_is_an_error_of_one_line() =>
        Run("native-heap,-tensors").AssertFails(2, "AMUSED_TUNING", "'tensors'", "tensor-quarantine");

    /// <summary>What is chosen may still be impossible on the machine, which is another reason.</summary>
    private static void AssertChosen(bool isChosen, string? whyOff, string unchosen)
    {
        if (isChosen)
            Assert.NotEqual(unchosen, whyOff);
        else
            Assert.Equal(unchosen, whyOff);
    }

    private static IEnumerable<(string Name, string? WhyOff)> States(string variable) =>
        JsonDocument.Parse(Run(variable).AssertSucceeds()).RootElement.GetProperty("tuning").EnumerateArray()
            .Select(measure => (measure.GetProperty("name").GetString()!, measure.GetProperty("why_off").GetString()));

    private static CliRun Run(string variable) => CliProcess.RunTuned(variable, "info", "--json");
}
