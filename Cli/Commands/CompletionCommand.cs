namespace Aurora.Cli.Commands;

/// <summary><c>aurora completion</c>: scripts that ask the program itself what fits.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        _aurora() {
          local IFS=$'\n'
          COMPREPLY=($(aurora "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null | grep -v '^/'))
          COMPREPLY=($(compgen -W "${COMPREPLY[*]}" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _aurora aurora

        """;

    private const string Zsh =
        """
        #compdef aurora
        _aurora() {
          local -a found
          found=("${(@f)$(aurora "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null | grep -v '^/')}")
          compadd -a found
        }
        compdef _aurora aurora

        """;

    private const string Fish =
        """
        complete -c aurora -f -a '(aurora "[suggest:"(commandline -C)"]" (commandline) 2>/dev/null | string match -v "/*")'

        """;

    private const string Pwsh =
        """
        Register-ArgumentCompleter -Native -CommandName aurora -ScriptBlock {
            param($word, $command, $position)
            aurora "[suggest:$position]" "$command" 2>$null | Where-Object { $_ -notlike '/*' -and $_ -like "$word*" } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }

        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell");
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        var command = new Command("completion", "Prints a completion script: source <(aurora completion bash)") { shell };
        command.SetAction(async (parsed, _) =>
        {
            await Console.Out.WriteAsync(parsed.GetValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => Pwsh,
            });
            return ExitCode.Ok;
        });
        return command;
    }
}
