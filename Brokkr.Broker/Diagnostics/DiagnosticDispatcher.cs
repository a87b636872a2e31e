using Brokkr.Broker.Fleet;
using Brokkr.Broker.Storage;
using Npgsql;

namespace Brokkr.Broker.Diagnostics;

/// <summary>
/// Holds polls until their agent has something to do, on whichever broker that was decided: brokers tell each other at once, and a look at
/// the database every other second, one for all polls, finds what a lost word, or a lease that ran out, left unsaid: work, and what is
/// worked on and wanted no more.
/// </summary>
internal sealed class DiagnosticDispatcher(
    ClaimStore claims, HeldPolls polls, NotificationListener listener, DatabaseWatch database, TimeProvider clock,
    ILogger<DiagnosticDispatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>Answers what the agent can claim, and which of its requests in hand it may drop; waits while there is neither.</summary>
    public async Task<(List<DiagnosticRow> Claimable, List<Guid> Withdrawn)> PollAsync(Guid agentId, string pakId, Guid[] held,
        TimeSpan wait, CancellationToken ct)
    {
        using var poll = wait > TimeSpan.Zero ? polls.TryHold(agentId, held) : null;
        var began = clock.GetTimestamp();
        while (true)
        {
            var ring = poll?.NextRing;
            var claimable = await claims.ListClaimableAsync(agentId, pakId, ct);
            var withdrawn = held.Length == 0 ? [] : await claims.ListWithdrawnAsync(agentId, held, ct);
            var left = wait - clock.GetElapsedTime(began);
            if (ring is null || claimable.Count > 0 || withdrawn.Count > 0 || left <= TimeSpan.Zero || polls.AreOver)
                return (claimable, withdrawn);
            // Most polls end by time: nothing is thrown for that.
            await ring.WaitAsync(left, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            if (!ring.IsCompleted || polls.AreOver)
                return ([], []);
        }
    }

    /// <summary>Wakes the agent's polls on every broker. The change must be committed before. Never fails: it is a hint.</summary>
    public async Task AnnounceAsync(Guid agentId, CancellationToken ct)
    {
        polls.Ring(agentId);
        try
        {
            await claims.AnnounceAsync(agentId, ct);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            DiagnosticsLog.NotAnnounced(log, e);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        listener.ListenAsync(OpenDiagnosticStore.Channel, Heard, stoppingToken),
        database.RunAsync(LookEvery, LookAsync, log, stoppingToken));

    private void Heard(string payload)
    {
        if (Guid.TryParse(payload, out var agentId))
            polls.Ring(agentId);
    }

    private async Task LookAsync(CancellationToken ct)
    {
        if (polls.Count == 0)
            return;
        foreach (var agent in await claims.ListAgentsWithWorkAsync(ct))
            polls.Ring(agent);
        var (agents, held) = polls.InHand();
        if (held.Length == 0)
            return;
        foreach (var agent in await claims.ListAgentsToldOffAsync(agents, held, ct))
            polls.Ring(agent);
    }
}
