using System.Threading.Channels;
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
    ClaimStore claims, TargetNumberStore numbers, HeldPolls polls, NotificationListener listener, DatabaseWatch database,
    TimeProvider clock, ILogger<DiagnosticDispatcher> log)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    /// <summary>So many changes of target states are looked for together.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    /// <summary>Longer than a look may come late.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromSeconds(15);

    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>
    /// Answers what the agent can claim, which of its requests in hand it may drop, and the number of its target state; waits while there
    /// is nothing of it that is new to the agent.
    /// </summary>
    public async Task<PollAnswer> PollAsync(
        Guid agentId, string pakId, Guid[] held, long? knownTarget, TimeSpan wait, CancellationToken ct)
    {
        using var poll = wait > TimeSpan.Zero ? polls.TryHold(agentId, held, knownTarget) : null;
        var began = clock.GetTimestamp();
        while (true)
        {
            var ring = poll?.NextRing;
            var claimable = await claims.ListClaimableAsync(agentId, pakId, ct);
            var withdrawn = held.Length == 0 ? [] : await claims.ListWithdrawnAsync(agentId, held, ct);
            var target = knownTarget is null ? null : (long?)await numbers.FindAsync(agentId, ct);
            var left = wait - clock.GetElapsedTime(began);
            if (ring is null || claimable.Count > 0 || withdrawn.Count > 0 || target != knownTarget || left <= TimeSpan.Zero
                || polls.AreOver)
                return new(claimable, withdrawn, target);
            // Most polls end by time: nothing is thrown for that.
            await ring.WaitAsync(left, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ct.ThrowIfCancellationRequested();
            if (!ring.IsCompleted || polls.AreOver)
                return new([], [], target);
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
        database.RunAsync(Gather, LookForTargetsAsync, log, stoppingToken),
        database.RunAsync(LookEvery, LookAsync, log, stoppingToken));

    private void Heard(string payload)
    {
        if (Guid.TryParse(payload, out var agentId))
            polls.Ring(agentId);
        else if (payload == TargetNumberStore.Changed)
            _changes.Writer.TryWrite(true);
    }

    private async Task LookForTargetsAsync(CancellationToken ct)
    {
        await _changes.Reader.ReadAsync(ct);
        if (polls.Count == 0)
            return;
        foreach (var changed in await numbers.ListChangedAsync(LookBack, ct))
        {
            foreach (var poll in polls.TakeOutdated(changed.AgentId, changed.Number))
                _ = RingWithinAsync(poll, TimeSpan.FromSeconds(changed.SpreadSeconds), ct);
        }
    }

    /// <summary>So that a fleet does not come for the same change at once.</summary>
    private async Task RingWithinAsync(HeldPoll poll, TimeSpan spread, CancellationToken ct)
    {
        if (spread > TimeSpan.Zero)
            await Task.Delay(spread * Random.Shared.NextDouble(), clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        poll.Ring();
    }

    private async Task LookAsync(CancellationToken ct)
    {
        _changes.Writer.TryWrite(true);
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

/// <summary>What there is to say to a polling agent.</summary>
/// <param name="Claimable">What it can claim.</param>
/// <param name="Withdrawn">What it may drop.</param>
/// <param name="Target">Number of its target state; null where it did not ask.</param>
internal sealed record PollAnswer(List<DiagnosticRow> Claimable, List<Guid> Withdrawn, long? Target);
