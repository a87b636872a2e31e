using Brokkr.Agent.Broker;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Targets;

/// <summary>
/// Asks the broker what this agent is to look after: when a held poll says that it changed, and by a timer. While the broker is away the
/// last
/// answer stands.
/// </summary>
internal sealed class TargetWatcher(
    Wire.AgentService.AgentServiceClient broker, TargetState targets, TargetNews news, AgentFacts facts, BrokerHealth brokerHealth,
    ConnectionOptions options, TimeProvider clock)
    : BackgroundService
{
    /// <summary>How often the broker is asked where its polls say what changed.</summary>
    private static readonly TimeSpan Carried = TimeSpan.FromMinutes(5);

    private string _revision = "";
    private bool _isDue = true;
    private long _askedAt;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        brokerHealth.RepeatAsync(TimeSpan.Zero, PassAsync, stoppingToken);

    /// <summary>Waits until it is time, and asks; what failed is due at once.</summary>
    internal async Task PassAsync(CancellationToken ct)
    {
        if (!_isDue)
            await WaitAsync(ct);
        _isDue = true;
        await FetchAsync(ct);
        (_isDue, _askedAt) = (false, clock.GetTimestamp());
    }

    private async Task WaitAsync(CancellationToken ct)
    {
        var period = Backoff.Jittered(TimeSpan.FromSeconds(options.PollInterval), 0.1);
        var carried = Backoff.Jittered(Carried, 0.1);
        do
        {
            if (await news.WaitAsync(period, ct))
                return;
        }
        // An admin's word on a deletion that is held back changes no number.
        while (news.AreCarried && facts.DeletionHeld == 0 && clock.GetElapsedTime(_askedAt) < carried);
    }

    internal async Task FetchAsync(CancellationToken ct)
    {
        var (objects, token, revision, pages, number, confirmed) = (new List<Wire.TargetObject>(), "", "", 0, 0L, 0L);
        do
        {
            var page = await AskAsync(token.Length == 0 ? _revision : "", token, ct);
            if (page.Unchanged)
            {
                targets.Renumber(page.Number, page.ConfirmedNumber);
                news.Fetched(page.Number);
                return;
            }

            objects.AddRange(page.DeploymentObjects);
            (revision, number, confirmed) = (page.Revision, page.Number, page.ConfirmedNumber);
            token = page.NextPageToken;
            pages++;
        }
        while (token.Length > 0);

        // What changed while the pages were read may be on none of them, and what is on none of them would be deleted from the cluster.
        if (pages > 1 && !(await AskAsync(revision, "", ct)).Unchanged)
            return;
        // Each revision has an id of its own: what is known is not read again.
        var known = (targets.Current ?? []).ToDictionary(a => a.Target.Id);
        targets.Replace([.. objects.Select(o => known.GetValueOrDefault(Guid.Parse(o.Id)) ?? Read(o))], number, confirmed);
        news.Fetched(number);
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
