using System.CommandLine;
using System.CommandLine.Completions;
using Brokkr.Cli.Contexts;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Invocation;

/// <summary>What every command understands, and how each is run.</summary>
internal sealed class CommandLine(Surroundings around)
{
    /// <summary>EPIPE, as Unix numbers it.</summary>
    private const int BrokenPipe = 32;

    /// <summary>As long as somebody waits who pressed the tabulator.</summary>
    private TimeSpan CompletionPatience =>
        Ages.TryParse(around.Variable("BROKKR_COMPLETION_TIMEOUT") ?? "", out var given) ? given : TimeSpan.FromSeconds(1.5);

    public Surroundings Around => around;

    public Option<string?> Url { get; } = Everywhere<string?>("--url", "Address of the broker; else BROKKR_URL, else that of the context");

    public Option<string?> Context { get; } = ContextOption(around);

    public Option<string?> PakFile { get; } = Everywhere<string?>("--pak-file", "File that holds your key; else BROKKR_PAK_FILE");

    public Option<string?> Ca { get; } = Everywhere<string?>("--ca",
        "File with the CA that signed the broker's certificate, in PEM; else BROKKR_CA");

    public Option<bool> NoColour { get; } = Everywhere<bool>("--no-color", "No colours; as NO_COLOR does");

    public IEnumerable<Option> Options => [Url, Context, PakFile, Ca, NoColour];

    public Connection Connection(ParseResult parsed) => new(
        parsed.GetValue(Url) ?? around.Variable("BROKKR_URL"),
        parsed.GetValue(Context) ?? (parsed.GetValue(Url) is null ? around.Variable("BROKKR_CONTEXT") : null),
        parsed.GetValue(PakFile) ?? around.Variable("BROKKR_PAK_FILE"),
        parsed.GetValue(Ca) ?? around.Variable("BROKKR_CA"),
        ContextFile.Of(around.Environment));

    /// <summary>Has a command do something, and say in a sentence why it could not.</summary>
    public Command Runs(Command command, Func<Run, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, ct) =>
        {
            using var run = new Run(parsed, this);
            try
            {
                return await action(run, ct);
            }
            catch (CommandException e)
            {
                run.Screen.Explain(e);
                return e.ExitCode;
            }
            catch (IOException e) when (IsBrokenPipe(e))
            {
                return ExitCodes.Ok;
            }
            catch (IOException e)
            {
                run.Screen.Note($"The output cannot be written: {e.Message}");
                return ExitCodes.Failed;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
        });
        return command;
    }

    /// <summary>Whether whoever reads has had enough.</summary>
    public static bool IsBrokenPipe(IOException e) => e.HResult == BrokenPipe;

    /// <summary>An argument that a shell completes with what the broker knows.</summary>
    public Argument<string> Name(string name, string description, Func<Run, CancellationToken, Task<IEnumerable<string>>> known) =>
        Completed(new Argument<string>(name) { Description = description }, known);

    /// <summary>A name that may be missing.</summary>
    public Argument<string?> OptionalName(string description, Func<Run, CancellationToken, Task<IEnumerable<string>>> known) =>
        Completed(new Argument<string?>("NAME") { Description = description, Arity = ArgumentArity.ZeroOrOne }, known);

    /// <summary>An option that a shell completes with what the broker knows.</summary>
    public Option<string?> NameOption(string name, string description, Func<Run, CancellationToken, Task<IEnumerable<string>>> known)
    {
        var option = new Option<string?>(name) { Description = description };
        option.CompletionSources.Add(context => Known(context, known));
        return option;
    }

    public Argument<T> Completed<T>(Argument<T> argument, Func<Run, CancellationToken, Task<IEnumerable<string>>> known)
    {
        argument.CompletionSources.Add(context => Known(context, known));
        return argument;
    }

    /// <summary>The deployment object that a command is about.</summary>
    public Argument<string> ObjectName() =>
        Name("NAME", "A deployment object: web, shop/web, shop/web@eu-1, or an id", (run, ct) => run.Finder.ObjectNamesAsync(run.Word, ct));

    /// <summary>Nobody who completes a line wants to read why there is nothing to complete it with.</summary>
    private IEnumerable<CompletionItem> Known(
        CompletionContext context, Func<Run, CancellationToken, Task<IEnumerable<string>>> known)
    {
        using var patience = new CancellationTokenSource(CompletionPatience);
        try
        {
            using var run = new Run(context.ParseResult, this) { Word = context.WordToComplete };
            return [.. Task.Run(() => known(run, patience.Token)).GetAwaiter().GetResult().Select(name => new CompletionItem(name))];
        }
        catch (Exception e) when (e is CommandException or OperationCanceledException)
        {
            return [];
        }
    }

    private static Option<string?> ContextOption(Surroundings around)
    {
        var option = Everywhere<string?>("--context", "A broker that you signed in to, by its name; else BROKKR_CONTEXT");
        option.CompletionSources.Add(_ => ContextNames(around).Select(name => new CompletionItem(name)));
        return option;
    }

    private static IEnumerable<string> ContextNames(Surroundings around)
    {
        try
        {
            return ContextFile.Of(around.Environment).Read().Contexts.Select(c => c.Name);
        }
        catch (CommandException)
        {
            return [];
        }
    }

    private static Option<T> Everywhere<T>(string name, string description) => new(name) { Description = description, Recursive = true };
}
