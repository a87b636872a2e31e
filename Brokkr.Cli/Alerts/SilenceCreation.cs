using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Alerts;

/// <summary><c>brokkr silence create</c>.</summary>
internal static class SilenceCreation
{
    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    public static Command Create(CommandLine line)
    {
        var name = line.OptionalName("Only this deployment object: web, shop/web or web@eu-1", (run, ct) =>
            run.Finder.ObjectNamesAsync(run.Word, ct));
        var lasts = Durations.Option("--for", "How long it lasts, with --every each time");
        lasts.Required = true;
        var statuses = new Option<string[]>("--status") { Description = "Only what is failing, degraded, unknown or silent" };
        statuses.AcceptOnlyFromAmong("failing", "degraded", "unknown", "silent");
        var conditions = Conditions.Option();
        var every = new Option<string[]>("--every") { Description = "Each week on these days: mon, tue, wed, thu, fri, sat, sun" };
        every.AcceptOnlyFromAmong(Days);
        var at = new Option<string?>("--at") { Description = "With --every: when it begins, as in 22:30", HelpName = "HH:MM" };
        var zone = new Option<string?>("--zone") { Description = "With --every: its time zone, as in Europe/Zurich; UTC by default" };
        var comment = new Option<string?>("--comment", "-m") { Description = "Why" };
        var (places, output) = (new Places(line), Formats.Of(Formats.Name, Formats.Json, Formats.Yaml));
        var command = new Command("create", "Hold back what is told of an object, a stack, an agent, a status or a condition")
        {
            name, lasts, places.Stack, places.Agent, statuses, conditions, every, at, zone, comment, output,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(every) is { Length: > 0 } == result.GetValue(at) is null)
                result.AddError("--every and --at belong together: on which days, and when.");
        });
        return line.Runs(command, async (run, ct) =>
        {
            var found = run.Get(name) is { } given ? await run.Finder.ObjectAsync(given, ct) : null;
            var (stackId, agentId) = await places.FindAsync(run, found?.StackId, found?.Agent?.Id, ct);
            var silence = new JsonObject();
            Add(silence, "names", found?.Name);
            Add(silence, "stack_ids", stackId);
            Add(silence, "agent_ids", agentId);
            Add(silence, "statuses", run.Get(statuses) ?? []);
            Add(silence, "conditions", run.Get(conditions) ?? []);
            if (run.Get(comment) is { } why)
                silence["comment"] = why;
            if (run.Get(every) is { Length: > 0 } days)
                silence["weekly"] = Weekly(days, run.Get(at)!, run.Get(lasts)!.Value, run.Get(zone));
            else
                silence["ends_at"] = (run.Now + run.Get(lasts)!.Value).ToString("O");
            var answer = await run.Broker.PostAsync("api/v1/alert-silences", new JsonObject { ["silence"] = silence }, ct);
            var made = BrokerClient.Read(answer, Answers.Default.AlertSilence);
            run.Show(run.Get(output), answer, () => [made.Id], _ => new());
            run.Screen.Note($"Silent {SilenceView.When(made)}. brokkr silence end {made.Id} ends it.");
            return ExitCodes.Ok;
        });
    }

    private static JsonObject Weekly(string[] days, string at, TimeSpan lasts, string? zone) => new()
    {
        ["days"] = new JsonArray([.. days.Select(d => JsonValue.Create(Array.IndexOf(Days, d) + 1))]),
        ["start"] = at,
        ["minutes"] = (int)lasts.TotalMinutes,
        ["time_zone"] = zone ?? "",
    };

    private static void Add(JsonObject silence, string field, params IEnumerable<string?> values)
    {
        if (values.OfType<string>().ToArray() is { Length: > 0 } given)
            silence[field] = new JsonArray([.. given.Select(v => JsonValue.Create(v))]);
    }
}
