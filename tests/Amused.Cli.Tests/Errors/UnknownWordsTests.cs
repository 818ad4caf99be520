using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Errors;

public sealed class UnknownWordsTests
{
    [Theory]
    [InlineData("generate fox --stepz 3", "--stepz", "--steps?")]
    [InlineData("generate fox --guidance 3", "--guidance", "--guidance-scale?")]
    [InlineData("generate fox --step=3", "--step", "--steps?")]
    [InlineData("inpaint fox --no-compositing", "--no-compositing", "--no-composite?")]
    [InlineData("--versoin", "--versoin", "--version?")]
    public void An_unknown_option_is_named_with_the_nearest_one(string line, string name, string suggestion) =>
        CliRun.Of(line.Split(' ')).AssertFails(2, $"unknown option {name} (did you mean {suggestion})", "--help");

    [Theory]
    [InlineData("generate fox --zebra 3")]
    [InlineData("generate fox -z")]
    [InlineData("info --steps 3")]
    public void An_option_that_resembles_nothing_is_refused_without_a_suggestion(string line) =>
        Assert.DoesNotContain("did you mean", CliRun.Of(line.Split(' ')).AssertFails(2, "unknown option"));

    [Fact]
    public void An_unknown_option_is_not_taken_for_the_value_of_the_one_before() =>
        CliRun.Of("generate", "--prompt", "--stepz", "3").AssertFails(2, "unknown option --stepz");

    [Fact]
    public void An_unknown_command_is_named_with_the_nearest_one() =>
        CliRun.Of("genrate", "fox").AssertFails(2, "'genrate' is no command", "did you mean generate?");

    [Fact]
    public void A_prompt_without_quotes_is_told_to_have_some() =>
        CliRun.Of("generate", "a", "fox").AssertFails(2, "'fox' is one word too many", "quotes");

    [Fact]
    public void An_option_without_its_value_is_told_how_it_is_written() =>
        CliRun.Of("generate", "fox", "--steps").AssertFails(2, "--steps needs a value", "--steps 12");

    [Fact]
    public void An_option_that_takes_one_value_refuses_two() =>
        CliRun.Of("generate", "fox", "--steps", "1", "--steps", "2").AssertFails(2, "--steps is given 2 times");

    [Theory]
    [InlineData("pull", "ID")]
    [InlineData("completion", "SHELL")]
    public void A_missing_argument_is_named(string command, string argument) =>
        CliRun.Of(command).AssertFails(2, $"{command} needs {argument}");

    [Fact]
    public void A_missing_required_option_is_named() => CliRun.Of("init", "folder").AssertFails(2, "--config");

    [Fact]
    public void Text_after_two_dashes_or_behind_an_equals_sign_may_begin_with_a_dash()
    {
        CliRun.Of("generate", "--model", "/nowhere", "--", "--not-an-option").AssertFails(1, "/nowhere");
        CliRun.Of("generate", "--model", "/nowhere", "--prompt=--not-an-option").AssertFails(1, "/nowhere");
    }
}
