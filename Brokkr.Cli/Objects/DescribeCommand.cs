using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Alerts;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;

namespace Brokkr.Cli.Objects;

/// <summary><c>brokkr describe</c>: on one screen what an operator asks first.</summary>
internal static class DescribeCommand
{
    private const int Changes = 5;

    public static Command Create(CommandLine line)
    {
        var (name, watch, output) = (line.ObjectName(), Watching.Option(), Formats.Of("text", Formats.Json, Formats.Yaml));
        var command = new Command("describe", "How a deployment object is, since when, why, and what to do next") { name, output, watch };
        return line.Runs(command, async (run, ct) =>
        {
            var found = await run.Finder.ObjectAsync(run.Get(name), ct);
            return await Watching.RunAsync(run, run.Get(watch), async stop =>
            {
                var health = run.Broker.GetAsync(
                    new Query($"api/v1/deployment-objects/{found.Id}/health").With("agent_id", found.Agent?.Id), stop);
                var history = run.Broker.GetAsync(new Query($"api/v1/deployment-objects/{found.Id}/health/history")
                    .With("agent_id", found.Agent?.Id).With("page_size", $"{Changes}"), stop);
                var alerts = OpenAlerts.OfAsync(run, found, stop);
                var revision = await run.Broker.GetAsync($"api/v1/deployment-objects/{found.Id}", stop);
                var answer = new JsonObject
                {
                    ["health"] = await health,
                    ["history"] = await history,
                    ["alerts"] = (await alerts)["alerts"]!.DeepClone(),
                    ["deployment_object"] = revision,
                };
                var newest = BrokerClient.Read(revision, Answers.Default.DeploymentObject);
                run.Show(run.Get(output), answer, () => [], _ => DescribeView.Of(
                    found,
                    BrokerClient.Read(answer["health"], Answers.Default.DeploymentObjectHealth),
                    BrokerClient.Read((JsonObject)answer["history"]!, "transitions", Answers.Default.HealthTransition),
                    OpenAlerts.Read(answer),
                    newest,
                    run.Now));
                // Another revision has another id.
                if (newest.SupersededAt is not null)
                    found = await run.Finder.ObjectAsync(run.Get(name), stop);
            }, ct);
        });
    }
}
