using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Lookup;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;
using Brokkr.Contracts;

namespace Brokkr.Cli.Diagnostics;

/// <summary>Asks an agent for a diagnostic, and waits for what it answers.</summary>
internal static class Asking
{
    /// <summary>A broker that holds too many calls, or stops, answers at once.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Asks the agent that was named with the object, or lets the broker choose. Answers the request.</summary>
    public static async Task<JsonObject> RequestAsync(Run run, FoundObject found, CancellationToken ct)
    {
        var body = found.Agent is { } agent ? new JsonObject { ["agent_id"] = agent.Id } : [];
        var request = await run.Broker.PostAsync($"api/v1/deployment-objects/{found.Id}/diagnostics", body, ct);
        if (request["agent_silent_since"] is { } silent)
            run.Screen.Note($"The agent is silent since {silent}; the request waits for it until {request["expires_at"]}.");
        return request;
    }

    /// <summary>Waits until a request is finished, and answers it with its result.</summary>
    /// <exception cref="CommandException">The time is over.</exception>
    public static Task<JsonObject> ResultAsync(Run run, string requestId, TimeSpan timeout, CancellationToken ct) =>
        run.Screen.WaitAsync("Waiting for the agent to answer ...", async () =>
        {
            var (began, path) = (run.Around.Clock.GetTimestamp(), $"api/v1/diagnostics/{requestId}");
            while (true)
            {
                var left = timeout - run.Around.Clock.GetElapsedTime(began);
                var held = Math.Clamp((int)Math.Ceiling(left.TotalSeconds), 0, Limits.PollWaitSeconds);
                var query = new Query(path).With("wait_seconds", $"{held}");
                var answer = await run.PatientlyAsync(() => run.Broker.GetAsync(query, ct), began, timeout, ct);
                var status = $"{answer["status"]}";
                if (status is not ("pending" or "claimed"))
                    return answer;
                if (run.Around.Clock.GetElapsedTime(began) >= timeout)
                    throw new CommandException(ExitCodes.TimedOut, $"The agent has not answered yet: the request {requestId} is {status}.",
                        $"brokkr diagnose --request {requestId} --wait goes on waiting.");
                await run.PauseAsync(Pause, ct);
            }
        });

    /// <summary>The result of a finished request.</summary>
    /// <exception cref="CommandException">There is none, since the request failed, or is open yet.</exception>
    public static Diagnostic Finished(JsonObject answer)
    {
        var diagnostic = BrokerClient.Read(answer, Answers.Default.Diagnostic);
        return diagnostic switch
        {
            { Result: not null } => diagnostic,
            { Status: "pending" or "claimed" } => throw new CommandException(ExitCodes.Failed,
                $"The agent has not answered yet: the request {diagnostic.RequestId} is {diagnostic.Status}.",
                $"brokkr diagnose --request {diagnostic.RequestId} --wait"),
            _ => throw new CommandException(ExitCodes.Failed,
                $"The request {diagnostic.RequestId} is {diagnostic.Status}: {diagnostic.Error}", "brokkr diagnose NAME --wait asks anew."),
        };
    }
}
