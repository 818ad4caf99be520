using System.CommandLine.Completions;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Options;

public sealed class OptionValuesTests
{
    [Theory]
    [InlineData("--steps", "0", "from 1 to 1000")]
    [InlineData("--steps", "1001", "from 1 to 1000")]
    [InlineData("--steps", "2.5", "whole number")]
    [InlineData("--steps", "", "whole number")]
    [InlineData("--guidance-scale", "ten", "number")]
    [InlineData("--guidance-scale", "NaN", "number")]
    [InlineData("--guidance-scale", "1,5", "number")]
    [InlineData("--seed", "1,two", "whole number")]
    [InlineData("--seed", "99999999999999999999", "from -9223372036854775808 to 9223372036854775807")]
    [InlineData("--images-per-prompt", "0", "from 1")]
    [InlineData("--generator", "both", "per-image, shared")]
    [InlineData("--temperature", "-1", "a number from 0 to 1000000")]
    [InlineData("--temperature", "1,2,3", "two")]
    [InlineData("--aesthetic-score", "good", "number")]
    [InlineData("--crop", "1", "two whole numbers")]
    [InlineData("--crop", "1,-1", "two whole numbers")]
    [InlineData("--width", "0", "from 1")]
    [InlineData("--precision", "fp8", "auto, fp32, bf16, int8, fp16")]
    public void An_unusable_value_is_named_with_what_would_be_right(string option, string value, string right) =>
        CliRun.Of("generate", "fox", "--model", "x", option, value).AssertFails(2, $"{option}: '{value}'", right, "for example " + option);

    public static TheoryData<string> CommandNames => DocumentationTests.CommandNames;

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void An_option_that_refuses_a_text_says_its_name_the_text_and_what_would_be_right(string name)
    {
        var command = DocumentationTests.Tree().Subcommands.Single(command => command.Name == name);
        foreach (var option in command.Options.Where(option => option.ValueType != typeof(bool)))
        {
            var errors = command.Parse([option.Name, "nonsense"]).GetResult(option)!.Errors.ToList();
            Assert.All(errors, error => Assert.Matches($"^{option.Name}: 'nonsense' is n.*; for example .*{option.Name} ", error.Message));
            var choices = option.GetCompletions(CompletionContext.Empty).Select(choice => choice.Label).ToHashSet();
            if (choices.SetEquals(option.HelpName!.Split('|')))
                Assert.All(choices, choice => Assert.Contains(choice, Assert.Single(errors).Message));
        }
    }

    [Theory]
    [InlineData("-0.1")]
    [InlineData("1.5")]
    [InlineData("much")]
    public void Strength_is_between_0_and_1(string value) =>
        CliRun.Of("img2img", "fox", "--model", "x", "--image", "x", "--strength", value)
            .AssertFails(2, $"--strength: '{value}'", "from 0 to 1");

    [Fact]
    public void Several_seeds_need_as_many_pictures() =>
        CliRun.Of("generate", "-p", "a", "-p", "b", "--model", "x", "--seed", "1,2,3").AssertFails(2, "3 seeds for 2 pictures");

    [Fact]
    public void A_shared_generator_has_one_seed() =>
        CliRun.Of("generate", "a", "--model", "x", "--seed", "1,2", "--generator", "shared").AssertFails(2, "--seed", "shared");

    [Fact]
    public void Lists_of_different_lengths_are_refused() =>
        CliRun.Of("generate", "-p", "a", "-p", "b", "-p", "c", "-n", "x", "-n", "y", "--model", "x")
            .AssertFails(2, "--negative-prompt", "2 times", "3");

    [Theory]
    [InlineData("img2img", "--image")]
    [InlineData("inpaint", "--image")]
    public void A_picture_must_be_given(string command, string option) => CliRun.Of(command, "fox", "--model", "x").AssertFails(2, option);

    [Fact]
    public void A_missing_picture_is_named() =>
        CliRun.Of("img2img", "fox", "--model", "x", "--image", "/nowhere/a.png").AssertFails(1, "/nowhere/a.png", "does not exist");

    [Fact]
    public void No_prompt_and_two_prompts_are_told()
    {
        CliRun.Of("generate", "--model", "x").AssertFails(2, "no prompt");
        CliRun.Of("generate", "fox", "--prompt", "wolf", "--model", "x").AssertFails(2, "--prompt", "'fox'");
    }

    [Fact]
    public void Steps_are_saved_with_tokens_only() =>
        CliRun.Of("generate", "fox", "--model", "x", "--save-steps").AssertFails(2, "--save-tokens");

    [Fact]
    public void Starting_tokens_give_the_size() =>
        CliRun.Of("generate", "fox", "--model", "x", "--starting-tokens", "t.json", "--width", "32").AssertFails(2, "--width");
}
