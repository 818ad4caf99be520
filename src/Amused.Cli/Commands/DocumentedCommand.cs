using System.CommandLine;

namespace Amused.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal abstract class DocumentedCommand(string name, string description) : Command(name, description)
{
    /// <summary>Whole command lines, each of which parses.</summary>
    public abstract IReadOnlyList<string> Examples { get; }
}
