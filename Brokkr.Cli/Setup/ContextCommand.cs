using System.CommandLine;
using Brokkr.Cli.Contexts;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Setup;

/// <summary><c>brokkr context</c>: the brokers that somebody signed in to.</summary>
internal static class ContextCommand
{
    public static Command Create(CommandLine line)
    {
        Argument<string> Name() => line.Name("NAME", "Name of the context", (run, _) =>
            Task.FromResult(run.Connection.File.Read().Contexts.Select(c => c.Name)));
        var (used, deleted) = (Name(), Name());
        return new("context", "The brokers that you signed in to")
        {
            line.Runs(new("list", "Lists them"), (run, _) => ListAsync(run)),
            line.Runs(new("use", "Makes one the current one") { used }, (run, _) =>
                ChangeAsync(run, run.Get(used), (all, c) => all with { Current = c.Name },
                "is the current one")),
            line.Runs(new("delete", "Forgets one, and its key") { deleted }, (run, _) =>
                ChangeAsync(run, run.Get(deleted), (all, c) => all.Without(c.Name),
                "is forgotten")),
        };
    }

    private static Task<int> ListAsync(Run run)
    {
        var all = run.Connection.File.Read();
        var grid = new Grid("CURRENT", "NAME", "URL", "KEY");
        foreach (var c in all.Contexts)
            grid.Add(c.Name == all.Current ? "*" : "", c.Name, c.Url, c.PakFile ?? "kept here");
        if (all.Contexts.Count == 0)
            run.Screen.Note("There is none: brokkr login URL");
        else
            run.Screen.Show(grid);
        return Task.FromResult(ExitCodes.Ok);
    }

    private static Task<int> ChangeAsync(Run run, string name, Func<ContextList, BrokerContext, ContextList> change, string done)
    {
        var file = run.Connection.File;
        var all = file.Read();
        var context = all.Find(name) ?? throw new CommandException(ExitCodes.NotFound, $"There is no context {name}.",
            Nearest.Sentence(name, all.Contexts.Select(c => c.Name)) is { Length: > 0 } like ? like : "brokkr context list");
        file.Write(change(all, context));
        run.Screen.Note($"{name} {done}.");
        return Task.FromResult(ExitCodes.Ok);
    }
}
