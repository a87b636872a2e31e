using Brokkr.Agent.Broker;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Deployment;

/// <summary>Asks the broker what this agent is to look after; while the broker is away the last answer stands.</summary>
internal sealed class TargetWatcher(
    Wire.AgentService.AgentServiceClient broker, TargetState targets, BrokerHealth brokerHealth, AgentOptions options)
    : BackgroundService
{
    private string _revision = "";

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        brokerHealth.RepeatAsync(TimeSpan.FromSeconds(options.PollInterval), FetchAsync, stoppingToken);

    internal async Task FetchAsync(CancellationToken ct)
    {
        var (objects, token, revision) = (new List<Wire.TargetObject>(), "", "");
        do
        {
            var request = new Wire.GetTargetStateRequest { AgentId = options.AgentId, KnownRevision = token.Length == 0 ? _revision : "", PageToken = token };
            var page = await broker.GetTargetStateAsync(request, cancellationToken: ct);
            if (page.Unchanged)
                return;
            objects.AddRange(page.DeploymentObjects);
            // The first page's: if something changes between pages, the next question finds it.
            revision = revision.Length == 0 ? page.Revision : revision;
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        targets.Replace([.. objects.Select(Read)]);
        _revision = revision;
    }

    private static Assignment Read(Wire.TargetObject given)
    {
        var (id, submitted) = (Guid.Parse(given.Id), given.CreatedAt.ToDateTimeOffset());
        try
        {
            return new(new(id, given.Name, submitted, ManifestReader.Read(given.Yaml)), null);
        }
        catch (ManifestException e)
        {
            return new(new(id, given.Name, submitted, []), $"line {e.Line}, column {e.Column}: {e.Message}");
        }
    }
}
