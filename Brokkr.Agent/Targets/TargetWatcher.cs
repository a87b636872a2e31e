using Brokkr.Agent.Broker;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Targets;

/// <summary>Asks the broker what this agent is to look after; while the broker is away the last answer stands.</summary>
internal sealed class TargetWatcher(
    Wire.AgentService.AgentServiceClient broker, TargetState targets, BrokerHealth brokerHealth, ConnectionOptions options)
    : BackgroundService
{
    private string _revision = "";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        brokerHealth.RepeatAsync(TimeSpan.FromSeconds(options.PollInterval), FetchAsync, stoppingToken);

    internal async Task FetchAsync(CancellationToken ct)
    {
        var (objects, token, revision, pages) = (new List<Wire.TargetObject>(), "", "", 0);
        do
        {
            var page = await AskAsync(token.Length == 0 ? _revision : "", token, ct);
            if (page.Unchanged)
                return;
            objects.AddRange(page.DeploymentObjects);
            revision = page.Revision;
            token = page.NextPageToken;
            pages++;
        }
        while (token.Length > 0);

        // What changed while the pages were read may be on none of them, and what is on none of them would be deleted from the cluster.
        if (pages > 1 && !(await AskAsync(revision, "", ct)).Unchanged)
            return;
        // Each revision has an id of its own: what is known is not read again.
        var known = (targets.Current ?? []).ToDictionary(a => a.Target.Id);
        targets.Replace([.. objects.Select(o => known.GetValueOrDefault(Guid.Parse(o.Id)) ?? Read(o))]);
        _revision = revision;
    }

    private async Task<Wire.TargetState> AskAsync(string known, string token, CancellationToken ct) =>
        await broker.GetTargetStateAsync(new() { AgentId = options.AgentId, KnownRevision = known, PageToken = token },
            cancellationToken: ct);

    private static Assignment Read(Wire.TargetObject given)
    {
        var target = new DeploymentTarget(Guid.Parse(given.Id), given.Name, given.CreatedAt.ToDateTimeOffset(), [])
        {
            StackId = Guid.Parse(given.StackId),
            StackName = given.StackName,
        };
        try
        {
            return new(target with { Resources = ManifestReader.Read(given.Yaml) }, null);
        }
        catch (ManifestException e)
        {
            return new(target, $"line {e.Line}, column {e.Column}: {e.Message}");
        }
    }
}
