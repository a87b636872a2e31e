using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Setup;

/// <summary><c>brokkr completion</c>: scripts by which shells complete commands, options and the names that the broker knows.</summary>
internal static class CompletionCommand
{
    /// <summary>
    /// What is before the place where bash breaks a word is not to be repeated; the @ of web@eu-1 is, which only its second argument has.
    /// </summary>
    private const string Bash = """
        # Completes brokkr in bash: source <(brokkr completion bash)
        _brokkr() {
          local line=${COMP_LINE:0:$COMP_POINT} current word=$2 found
          current=${line##*[[:space:]]}
          COMPREPLY=()
          while IFS= read -r found; do
            [[ -n $found && $found == "$current"* ]] && COMPREPLY+=("${found#"${current%"$word"}"}")
          done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _brokkr brokkr kubectl-brokkr
        """;

    private const string Zsh = """
        #compdef brokkr kubectl-brokkr
        # Completes brokkr in zsh: brokkr completion zsh > "${fpath[1]}/_brokkr"
        _brokkr() {
          local line="${BUFFER[1,$CURSOR]}"
          local -a found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
          compadd -- $found
        }
        compdef _brokkr brokkr kubectl-brokkr
        """;

    private const string Fish = """
        # Completes brokkr in fish: brokkr completion fish > ~/.config/fish/completions/brokkr.fish
        function __brokkr_complete
          set -l line (commandline -cp)
          brokkr "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null
        end
        complete -f -c brokkr -a '(__brokkr_complete)'
        """;

    private const string PowerShell = """
        # Completes brokkr in PowerShell: brokkr completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName brokkr -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          $line = $commandAst.ToString().PadRight($cursorPosition).Substring(0, $cursorPosition)
          brokkr "[suggest:$cursorPosition]" "$line" | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;

    public static Command Create(CommandLine line)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        return line.Runs(new("completion", "A script by which a shell completes commands and names") { shell }, (run, _) =>
        {
            run.Screen.Raw(run.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => PowerShell });
            return Task.FromResult(ExitCodes.Ok);
        });
    }
}
