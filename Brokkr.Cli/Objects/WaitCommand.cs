using System.CommandLine;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Objects;

/// <summary><c>brokkr wait</c>: until a deployment object has a status on every agent that runs it.</summary>
internal static class WaitCommand
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>The broker's own condition of a revision that a newer one took the place of.</summary>
    private const string Superseded = nameof(Superseded);

    public static Command Create(CommandLine line)
    {
        var name = line.ObjectName();
        var status = new Option<string>("--for")
        {
            Description = "healthy, degraded, failing or unknown",
            DefaultValueFactory = _ => "healthy",
        };
        status.AcceptOnlyFromAmong("healthy", "degraded", "failing", "unknown");
        var failFast = new Option<bool>("--fail-fast") { Description = "Give up as soon as it is failing" };
        var timeout = Timeout();
        var command = new Command("wait", "Wait until a deployment object is healthy on every agent that runs it")
        {
            name, status, failFast, timeout,
        };
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            return await UntilAsync(run, found, run.Get(status)!, run.Get(failFast), TimeoutOf(run, timeout), ct);
        });
    }

    public static Option<TimeSpan?> Timeout() => Durations.Option("--timeout", "How long to wait at most, 10m where nothing is said");

    public static TimeSpan TimeoutOf(Run run, Option<TimeSpan?> timeout) => run.Get(timeout) ?? TimeSpan.FromMinutes(10);

    /// <summary>
    /// Waits, and ends with one line that says what is, or what is in the way. It is the name that is waited for: of a revision that is
    /// submitted under it meanwhile, too.
    /// </summary>
    public static async Task<int> UntilAsync(Run run, FoundObject found, string status, bool failFast, TimeSpan timeout,
        CancellationToken ct)
    {
        var (began, last) = (run.Around.Clock.GetTimestamp(), "");
        while (true)
        {
            var query = new Query($"api/v1/deployment-objects/{found.Id}/health").With("agent_id", found.Agent?.Id);
            var answer = await run.PatientlyAsync(() => run.Broker.GetAsync(query, ct), began, timeout, ct);
            var health = BrokerClient.Read(answer, Answers.Default.DeploymentObjectHealth);
            var agents = health.Agents.Where(a => found.Agent is null || a.AgentId == found.Agent.Id).ToList();
            if (agents.Count == 0 && health.Summary.Conditions.Contains(Superseded))
            {
                var standing = await run.PatientlyAsync(() => run.Finder.ObjectAsync($"{found}", ct), began, timeout, ct);
                if (standing.Id != found.Id)
                {
                    run.Screen.Note($"{found} has a newer revision, which is waited for.");
                    found = standing;
                    continue;
                }
            }

            var blocking = HealthWords.Blocking($"{found}", agents);
            if (agents.Count > 0 && (status == "healthy" ? agents.TrueForAll(a => a.Status == status)
                : agents.Exists(a => a.Status == status)))
            {
                run.Screen.Raw(new Piece(status == "healthy" ? $"{found} is healthy." : blocking).Text);
                return ExitCodes.Ok;
            }

            if (failFast && agents.Exists(a => a.Status == "failing"))
            {
                run.Screen.Note(blocking);
                return ExitCodes.Differs;
            }

            if (run.Around.Clock.GetElapsedTime(began) >= timeout)
            {
                run.Screen.Note($"{blocking} (after {Ages.Span(timeout)})");
                return ExitCodes.TimedOut;
            }

            if (blocking != last)
                run.Screen.Note(last = blocking);
            await run.PauseAsync(LookAgain, ct);
        }
    }
}
