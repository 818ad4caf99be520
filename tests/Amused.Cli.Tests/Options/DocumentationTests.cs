using System.CommandLine;
using Amused.Cli.Commands;
using Amused.Cli.Options;
using Amused.Cli.Tests.Support;
using Xunit;

namespace Amused.Cli.Tests.Options;

public sealed class DocumentationTests
{
    public static TheoryData<string> CommandNames => [.. Tree().Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_option_says_its_default_and_an_example_that_parses(string name)
    {
        var command = Tree().Subcommands.Single(command => command.Name == name);
        foreach (var option in command.Options)
        {
            var documented = Assert.IsAssignableFrom<IDocumentedOption>(option);
            Assert.False(string.IsNullOrWhiteSpace(documented.Default), $"{option.Name} has no default");
            Assert.EndsWith(".", documented.Summary);
            Assert.Contains(option.Name, documented.Example);
            Assert.Empty(command.Parse(documented.Example).GetResult(option)!.Errors);
        }
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Every_commands_examples_parse(string name)
    {
        var command = Assert.IsAssignableFrom<DocumentedCommand>(Tree().Subcommands.Single(command => command.Name == name));
        Assert.NotEmpty(command.Examples);
        foreach (var example in command.Examples.Where(example => example.StartsWith("amused ", StringComparison.Ordinal)))
        {
            // What a shell does with the rest of the line is none of the parser's business.
            var line = example["amused ".Length..].Split(" > ")[0].Split(" | ")[0];
            Assert.Empty(Tree().Parse(line).Errors);
        }
    }

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Help_shows_every_option_and_ends_with_examples(string name)
    {
        var help = CliRun.Output(name, "--help");
        var command = Tree().Subcommands.Single(command => command.Name == name);
        Assert.All(command.Options, option => Assert.Contains(option.Name, help));
        Assert.All(command.Arguments, argument => Assert.Contains(argument.Name, help));
        Assert.EndsWith(((DocumentedCommand)command).Examples[^1], help.TrimEnd());
    }

    [Fact]
    public void The_first_help_lists_all_commands()
    {
        var help = CliRun.Output("--help");
        Assert.All(Tree().Subcommands, command => Assert.Contains($"  {command.Name} ", help));
        Assert.Equal(help, CliRun.Output());
    }

    [Fact]
    public void The_version_is_a_number() => Assert.Matches(@"^\d+\.\d+\.\d+\S*\n$", CliRun.Output("--version"));

    [Fact]
    public void Help_wins_over_what_is_missing() => Assert.Equal(0, CliRun.Of("init", "--help").ExitCode);

    internal static RootCommand Tree() =>
        CommandTree.Create(new Host(() => TextReader.Null, TextWriter.Null, TextWriter.Null) { Variable = _ => null });
}
