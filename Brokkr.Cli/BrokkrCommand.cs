using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Brokkr.Cli.Access;
using Brokkr.Cli.Alerts;
using Brokkr.Cli.Diagnostics;
using Brokkr.Cli.Fleet;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Objects;
using Brokkr.Cli.Setup;
using Brokkr.Cli.Terminal;
using Brokkr.Contracts;

namespace Brokkr.Cli;

/// <summary>The whole command line.</summary>
internal static class BrokkrCommand
{
    private const StringSplitOptions InOneLine = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;

    public static async Task<int> RunAsync(string[] args, Surroundings around, CancellationToken ct)
    {
        if (args.FirstOrDefault(a => Array.Exists(a.Split('='), part => Pak.TryParse(part, out _))) is not null)
        {
            await around.Error.WriteLineAsync(
                "A key does not belong on a command line, where everybody on this machine can read it: have it replaced.\n"
                + "Put the new one into a file and name that with --pak-file or BROKKR_PAK_FILE, or sign in with brokkr login.");
            return ExitCodes.Usage;
        }

        var (detached, before) = AttachedValue.Detach(args);
        // A word that begins with @ names an agent, not a file of arguments.
        var parsed = Create(new(around)).Parse(detached, new() { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction || UnknownOption(parsed) is not null)
        {
            await ExplainAsync(parsed, around);
            return ExitCodes.Usage;
        }

        try
        {
            return await InvokeAsync(parsed, before, around, ct);
        }
        catch (IOException e) when (CommandLine.IsBrokenPipe(e))
        {
            return ExitCodes.Ok;
        }
    }

    public static RootCommand Create(CommandLine line)
    {
        var root = new RootCommand("Shows and asks how deployments are, at a Brokkr broker.");
        foreach (var option in line.Options)
            root.Options.Add(option);
        var get = new Command("get", "List what there is")
        {
            GetObjects.Create(line), GetAgents.Create(line), GetStacks.Create(line), GetRevisions.Create(line),
            GetDiagnostics.Create(line), GetAlerts.Create(line),
        };
        foreach (var command in (IEnumerable<Command>)
        [
            get, TopCommand.Create(line), DescribeCommand.Create(line), HistoryCommand.Create(line), ChangesCommand.Create(line),
            WaitCommand.Create(line), DiagnoseCommand.Create(line), LogsCommand.Create(line), CancelCommand.Create(line),
            AckCommand.Create(line), SilenceCommand.Create(line),
            SubmitCommand.Create(line), RollbackCommand.Create(line), DiffCommand.Create(line), DeleteCommand.Create(line),
            StacksCommand.Create(line), AgentsCommand.Create(line), KeysCommand.Create(line), AuditCommand.Create(line),
            LoginCommand.Create(line), ContextCommand.Create(line), WhoamiCommand.Create(line), CompletionCommand.Create(line),
            EvaluateCommand.Create(line), VersionCommand.Create(line),
        ])
            root.Subcommands.Add(command);
        return root;
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, string before, Surroundings around, CancellationToken ct)
    {
        // What a command of ours cannot expect is told by the library.
        InvocationConfiguration To(TextWriter output) =>
            new() { Output = output, Error = around.Error, EnableDefaultExceptionHandler = parsed.Action is not HelpAction };
        if (before.Length == 0)
            return await parsed.InvokeAsync(To(around.Out), ct);
        using var values = new StringWriter();
        var code = await parsed.InvokeAsync(To(values), ct);
        foreach (var value in $"{values}".Split('\n', InOneLine))
            await around.Out.WriteLineAsync($"{before}{value}");
        return code;
    }

    /// <summary>What is wrong with the line, the word that may be meant, and where help is.</summary>
    private static async Task ExplainAsync(ParseResult parsed, Surroundings around)
    {
        var option = UnknownOption(parsed);
        foreach (var error in option is null ? parsed.Errors.Select(e => e.Message).Distinct() : [$"There is no option {option}."])
            await around.Error.WriteLineAsync(new Piece(string.Join(' ', error.Split('\n', InOneLine))).Text);
        var command = parsed.CommandResult.Command;
        var words = command.Subcommands.Select(c => c.Name)
            .Concat(command.Options.Concat(parsed.RootCommandResult.Command.Options).Select(o => o.Name));
        var unmatched = option ?? (parsed.UnmatchedTokens is [var first, ..] ? first : null);
        if (unmatched is { } unknown && Nearest.Sentence(unknown, words) is { Length: > 0 } like)
            await around.Error.WriteLineAsync(like);

        var path = string.Join(' ', parsed.CommandResult.PathOfCommands());
        await around.Error.WriteLineAsync($"{path} --help tells what it understands.");
    }

    /// <summary>What looks like an option and would be taken for a name; null where there is none.</summary>
    private static string? UnknownOption(ParseResult parsed) => parsed.CommandResult.Command.TreatUnmatchedTokensAsErrors
        ? parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)
            .FirstOrDefault(t => t.Type == TokenType.Argument && t.Value.StartsWith("--", StringComparison.Ordinal))?.Value
        : null;

    private static Stack<string> PathOfCommands(this CommandResult result)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent)
            names.Push(command.Parent is null ? "brokkr" : command.Command.Name);
        return names;
    }
}
