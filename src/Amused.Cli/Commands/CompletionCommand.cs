using System.CommandLine;

namespace Amused.Cli.Commands;

/// <summary>
/// Prints a shell's completion script. Each script asks the program itself, through its <c>[suggest]</c> directive, what may follow; where
/// nothing is suggested (a path, a text), files are completed.
/// </summary>
internal sealed class CompletionCommand : DocumentedCommand
{
    private readonly Argument<string> shell = new("SHELL") { Description = "bash, zsh, fish or powershell." };

    public CompletionCommand(Host host) : base("completion", "Print a completion script for a shell.")
    {
        shell.CompletionSources.Add([.. Scripts.Keys]);
        Add(shell);
        SetAction(parse =>
        {
            var name = parse.GetValue(shell)!;
            host.Out.WriteLine(Scripts.TryGetValue(name, out var script)
                ? script
                : throw new InvalidRequestException($"no completion for '{name}': use {string.Join(", ", Scripts.Keys)}"));
        });
    }

    public override IReadOnlyList<string> Examples =>
    [
        "eval \"$(amused completion bash)\"                              # in ~/.bashrc",
        "eval \"$(amused completion zsh)\"                               # in ~/.zshrc, after compinit",
        "amused completion fish > ~/.config/fish/completions/amused.fish",
        "amused completion powershell | Out-String | Invoke-Expression  # in $PROFILE",
    ];

    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            _amused() {
                local line IFS=$'\n'
                COMPREPLY=()
                while IFS= read -r line; do
                    [[ $line == "${COMP_WORDS[COMP_CWORD]}"* ]] && COMPREPLY+=("$line")
                done < <("$1" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
            }
            complete -o default -F _amused amused ./amused
            """,
        ["zsh"] = """
            #compdef amused
            _amused() {
                local -a found
                found=("${(@f)$("$words[1]" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                found=("${(@)found:#}")
                if (( $#found )); then compadd -a found; else _files; fi
            }
            compdef _amused amused ./amused
            """,
        ["fish"] = """
            function __amused_complete
                set -l line (commandline -cp)
                set -l word (commandline -o)[1]
                set -l found ($word "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null | string match -v "")
                if test (count $found) -gt 0
                    printf '%s\n' $found
                else
                    __fish_complete_path (commandline -ct)
                end
            end
            complete -c amused -f -a '(__amused_complete)'
            """,
        ["powershell"] = """
            Register-ArgumentCompleter -Native -CommandName amused -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                & $commandAst.CommandElements[0].Extent.Text "[suggest:$cursorPosition]" "$commandAst" 2>$null |
                    Where-Object { $_ -like "$wordToComplete*" } |
                    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
            }
            """,
    };
}
