using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Access;

/// <summary><c>brokkr keys</c>: the keys of operators and agents.</summary>
internal static class KeysCommand
{
    public static Command Create(CommandLine line) =>
        new("keys", "The keys of operators and agents") { List(line), New(line), Rotate(line), Revoke(line) };

    private static Command List(CommandLine line)
    {
        var (limit, output) = (Rows.Limit(), Formats.Option());
        return line.Runs(new("list", "Lists them, newest first, those that are over included") { limit, output }, async (run, ct) =>
        {
            var answer = await run.Broker.ListAsync(() => new("api/v1/paks"), "paks", run.Get(limit), ct);
            var rows = BrokerClient.Read(answer, "paks", Answers.Default.Pak);
            run.Show(run.Get(output), answer, () => rows.Select(k => k.Id), _ => View(rows, run.Now));
            Rows.NoteRest(run, answer);
            return ExitCodes.Ok;
        });
    }

    private static Page View(List<Pak> keys, DateTimeOffset now)
    {
        var (page, grid) = (new Page(), new Grid("ID", "NAME", "ROLE", "STATE", "AGE", "BY", "USED", "EXPIRES"));
        foreach (var k in keys)
        {
            grid.Add(k.Id, k.Name, k.Role, Piece.Word(k.State), Ages.Of(k.CreatedAt, now), k.CreatedBy, Ages.Ago(k.LastUsedAt, now),
                k.ExpiresAt is { } at ? Ages.Exact(at) : "");
        }

        page.Table(grid);
        return page;
    }

    private static Command New(CommandLine line)
    {
        var name = new Argument<string>("NAME") { Description = "What it is for; the audit trail shows it" };
        var role = new Option<string>("--role") { Description = "reader, or admin", DefaultValueFactory = _ => "reader" };
        role.AcceptOnlyFromAmong("reader", "admin");
        var expires = Durations.Option("--expires", "How long it is valid, for ever where nothing is said");
        var key = NewKey.Option();
        return line.Runs(new("create", "Make a key, which is shown this once") { name, role, expires, key }, async (run, ct) =>
        {
            var body = new JsonObject { ["name"] = run.Get(name), ["role"] = run.Get(role) };
            if (run.Get(expires) is { } time)
                body["expires_at"] = (run.Now + time).ToString("O");
            var answer = await run.Broker.PostAsync("api/v1/paks", body, ct);
            NewKey.Write(run, run.Get(key), $"{answer["pak"]}");
            return ExitCodes.Ok;
        });
    }

    private static Command Rotate(CommandLine line)
    {
        var (name, key, overlap) = (Name(line), NewKey.Option(), NewKey.Overlap());
        return line.Runs(new("rotate", "Replace a key by a new one; the old one stays valid for a while") { name, key, overlap },
            async (run, ct) =>
        {
            var id = await KeyNames.FindAsync(run, run.Get(name), ct);
            var answer = await run.Broker.PostAsync($"api/v1/paks/{id}/rotate", NewKey.Body(run.Get(overlap)), ct);
            NewKey.Write(run, run.Get(key), $"{answer["pak"]}");
            run.Screen.Note($"The old key is valid until {answer["old_expires_at"]}.");
            return ExitCodes.Ok;
        });
    }

    private static Command Revoke(CommandLine line)
    {
        var (name, yes) = (Name(line), Confirmation.Option());
        return line.Runs(new("revoke", "End a key") { name, yes }, async (run, ct) =>
        {
            var id = await KeyNames.FindAsync(run, run.Get(name), ct);
            run.Confirm($"End the key {run.Get(name)}? Whoever uses it is refused within seconds.", run.Get(yes));
            await run.Broker.DeleteAsync($"api/v1/paks/{id}", ct);
            run.Screen.Note($"The key {run.Get(name)} is revoked.");
            return ExitCodes.Ok;
        });
    }

    private static Argument<string> Name(CommandLine line) => line.Name("KEY", "A key, by name or id", KeyNames.ListAsync);
}
