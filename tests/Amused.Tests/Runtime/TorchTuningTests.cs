using Amused.Runtime;
using Xunit;

namespace Amused.Tests.Runtime;

public sealed class TorchTuningTests
{
    private static readonly TorchLibraries known = new(0, 0, HasCuda: false, TorchVersions.Known);

    public static TheoryData<string, string?> OtherVersions => new()
    {
        { "0.107.1", "2.10.0" },
        { "0.107.0", "2.10.1" },
        { "0.108.0", "2.11.0" },
        { "0.107.0", null },
    };

    [Fact]
    public void Each_measure_has_a_name_of_its_own_and_a_reason()
    {
        Assert.Distinct(TorchTuning.Measures.Select(measure => measure.Name));
        Assert.All(TorchTuning.Measures, measure => Assert.Matches("^[a-z0-9-]+$", measure.Name));
        Assert.All(TorchTuning.Measures, measure => Assert.NotEmpty(measure.Reason));
    }

    [Fact]
    public void The_command_line_chooses_neither_what_is_on_anyway_nor_the_quarantine_of_tensors() =>
        Assert.Equal(
            TorchTuning.Measures.Except([.. TorchTuning.InEveryProgram, TorchTuning.TensorQuarantine]), TorchTuning.CommandLine);

    [Fact]
    public void What_the_measures_are_made_for_is_what_is_here()
    {
        Assert.Equal(TorchVersions.Known, TorchRuntime.Versions);
        Assert.Equal(NativeFiles.LibTorchVersion, TorchVersions.Known.LibTorch!.ToString());
    }

    [Theory]
    [MemberData(nameof(OtherVersions))]
    public void A_measure_stays_off_with_other_versions_than_its_own_and_says_so(string torchSharp, string? libTorch)
    {
        var measure = Measure(TuningMoment.WhenReady, TorchVersions.Known, _ => throw new InvalidOperationException("it was applied"));
        measure.Apply(known with { Versions = new(Version.Parse(torchSharp), libTorch is null ? null : Version.Parse(libTorch)) });
        Assert.False(measure.IsOn);
        Assert.Matches(@"^for (TorchSharp 0\.107\.0|libtorch 2\.10\.0) only, and this is (\d+\.\d+\.\d+|an unknown version)$", measure.WhyOff);
    }

    [Fact]
    public void A_measure_is_on_with_its_own_versions_and_tells_which_they_are()
    {
        var measure = Measure(TuningMoment.WhenReady, TorchVersions.Known, _ => null);
        Assert.False(measure.IsOn);
        measure.Apply(known);
        Assert.True(measure.IsOn);
        Assert.Equal("TorchSharp 0.107.0, libtorch 2.10.0", measure.MadeFor);
    }

    [Fact]
    public void A_measure_for_one_of_the_libraries_does_not_mind_the_other()
    {
        var measure = Measure(TuningMoment.WhenReady, TorchVersions.Known with { TorchSharp = null }, _ => null);
        measure.Apply(known with { Versions = TorchVersions.Known with { TorchSharp = new(1, 0, 0) } });
        Assert.True(measure.IsOn);
        Assert.Equal("libtorch 2.10.0", measure.MadeFor);
    }

    [Fact]
    public void A_measure_that_the_system_refuses_says_why()
    {
        var measure = Measure(TuningMoment.WhenReady, TorchVersions.Any, _ => "only elsewhere");
        measure.Apply(known);
        Assert.Equal((false, "only elsewhere", "any version"), (measure.IsOn, measure.WhyOff, measure.MadeFor));
    }

    [Fact]
    public void What_is_chosen_late_is_applied_if_it_still_can_be()
    {
        TorchRuntime.EnsureLoaded();
        var possible = Measure(TuningMoment.WhenReady, TorchVersions.Known, libraries => libraries is null ? "too early" : null);
        var tooLate = Measure(TuningMoment.WhenLoaded, TorchVersions.Known, _ => throw new InvalidOperationException("it was applied"));
        TorchTuning.Use(possible, tooLate);
        Assert.True(possible.IsOn);
        Assert.Equal("it was chosen when libtorch was loaded already", tooLate.WhyOff);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("a", true)]
    [InlineData("-a", false)]
    [InlineData("b,-b", null)]
    [InlineData("all", true)]
    [InlineData("none", false)]
    [InlineData(" none , a ", true)]
    [InlineData("a,none", false)]
    [InlineData("all,-a", false)]
    [InlineData("-a,b,all,-b", true)]
    public void The_last_word_on_a_measure_counts(string? text, bool? expected) => Assert.Equal(expected, TuningSwitches.Parse(text, ["a", "b"])["a"]);

    [Theory]
    [InlineData("c")]
    [InlineData("a,-c")]
    [InlineData("A")]
    [InlineData("-")]
    public void A_word_that_is_no_measure_is_named_with_those_that_there_are(string text)
    {
        var error = Assert.Throws<InvalidRequestException>(() => TuningSwitches.Parse(text, ["a", "b"]));
        Assert.StartsWith("AMUSED_TUNING: there is no measure '", error.Message);
        Assert.Contains("use a, b, ", error.Message);
    }

    [Fact]
    public void A_quarantine_of_less_than_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchTuning.TensorQuarantineBytes = -1);

    private static TuningMeasure Measure(TuningMoment moment, TorchVersions madeFor, Func<TorchLibraries?, string?> apply) =>
        new("measure", "for a test", moment, madeFor, apply);
}
