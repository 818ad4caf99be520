using System.CommandLine;

namespace Amused.Cli.Options;

/// <summary>What help and documentation say of an option beyond its name.</summary>
internal interface IDocumentedOption
{
    /// <summary>The heading under which help lists it.</summary>
    string Group { get; }

    /// <summary>What it does, in a sentence or two.</summary>
    string Summary { get; }

    /// <summary>What holds when it isn't given.</summary>
    string Default { get; }

    /// <summary>How it is written.</summary>
    string Example { get; }
}

/// <summary>An option that can't be made without a default and an example for its help.</summary>
internal sealed class DocumentedOption<T> : Option<T>, IDocumentedOption
{
    /// <param name="name">The long name, with its dashes.</param>
    /// <param name="valueName">What stands for the value in help; empty for a switch.</param>
    /// <param name="summary">What it does.</param>
    /// <param name="defaultText">What holds when it isn't given.</param>
    /// <param name="example">How it is written, name and value.</param>
    /// <param name="aliases">Short names.</param>
    public DocumentedOption(string name, string valueName, string summary, string defaultText, string example, params string[] aliases)
        : base(name, aliases)
    {
        HelpName = valueName;
        Summary = summary;
        Default = defaultText;
        Example = example;
        Description = $"{summary} Default: {defaultText}. Example: {example}";
    }

    public required string Group { get; init; }

    /// <summary>The words that completion offers.</summary>
    public IReadOnlyList<string> Choices
    {
        init
        {
            // An enum's own names stand there otherwise.
            CompletionSources.Clear();
            CompletionSources.Add([.. value]);
        }
    }

    public string Summary { get; }

    public string Default { get; }

    public string Example { get; }
}

/// <summary>The headings of help.</summary>
internal static class OptionGroups
{
    public const string Words = "Words";
    public const string Pictures = "Pictures in";
    public const string Sampling = "Sampling";
    public const string Output = "Output";
    public const string Model = "Model";
    public const string Training = "Training";
    public const string Data = "Data";
    public const string Run = "Run";
}
