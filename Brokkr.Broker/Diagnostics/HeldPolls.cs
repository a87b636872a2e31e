using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Diagnostics;

/// <summary>The polls that this broker holds open, by agent. They cost memory alone: no connection, no query, no thread.</summary>
internal sealed class HeldPolls
{
    /// <summary>An agent needs one; a dead connection may hold another until its time is over, and a restart overlap with both.</summary>
    internal const int PerAgent = 4;

    private readonly int _most;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, List<HeldPoll>> _byAgent = [];
    private int _count;
    private volatile bool _areOver;

    public HeldPolls(DiagnosticOptions options, IHostApplicationLifetime lifetime, IMeterFactory meters)
    {
        _most = options.HeldPolls;
        lifetime.ApplicationStopping.Register(End);
        meters.Create(TelemetryModule.MeterName)
            .CreateObservableGauge("brokkr.diagnostics.held_polls", () => Count, description: "Polls that this broker holds open.");
    }

    /// <summary>Whether this broker stops: agents ask the next one.</summary>
    public bool AreOver => _areOver;

    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Takes a place, to be given back by disposing it; null where the agent, or all together, hold as many as they may.</summary>
    /// <param name="agentId">Whose poll it is.</param>
    /// <param name="held">The requests that the agent works on meanwhile.</param>
    /// <param name="knownTarget">Number of the target state that it waits to be followed by another; null where it waits for none.</param>
    public HeldPoll? TryHold(Guid agentId, Guid[] held, long? knownTarget = null)
    {
        lock (_lock)
        {
            if (!_byAgent.TryGetValue(agentId, out var polls))
                _byAgent[agentId] = polls = [];
            if (polls.Count >= PerAgent || _count >= _most)
                return null;
            var poll = new HeldPoll(this, agentId, held, knownTarget);
            polls.Add(poll);
            _count++;
            return poll;
        }
    }

    /// <summary>The requests that waiting agents work on, each beside its agent.</summary>
    public (Guid[] Agents, Guid[] Held) InHand()
    {
        lock (_lock)
        {
            var pairs = _byAgent.Values.SelectMany(polls => polls).SelectMany(p => p.Held, (p, id) => (p.AgentId, Id: id)).ToList();
            return ([.. pairs.Select(p => p.AgentId)], [.. pairs.Select(p => p.Id)]);
        }
    }

    /// <summary>Lets the agent's polls look again. Idempotent.</summary>
    public void Ring(Guid agentId)
    {
        lock (_lock)
        {
            foreach (var poll in _byAgent.GetValueOrDefault(agentId) ?? [])
                poll.Ring();
        }
    }

    /// <summary>
    /// Takes those of the agent's polls that wait for another target state than this one, each once for a state: they are to look again.
    /// </summary>
    public IReadOnlyList<HeldPoll> TakeOutdated(Guid agentId, long target)
    {
        lock (_lock)
            return [.. (_byAgent.GetValueOrDefault(agentId) ?? []).Where(p => p.Outdates(target))];
    }

    public void Release(HeldPoll poll)
    {
        lock (_lock)
        {
            if (!_byAgent.TryGetValue(poll.AgentId, out var polls) || !polls.Remove(poll))
                return;
            _count--;
            if (polls.Count == 0)
                _byAgent.Remove(poll.AgentId);
        }
    }

    private void End()
    {
        _areOver = true;
        lock (_lock)
        {
            foreach (var poll in _byAgent.Values.SelectMany(polls => polls))
                poll.Ring();
        }
    }
}

/// <summary>One held poll.</summary>
internal sealed class HeldPoll(HeldPolls all, Guid agentId, Guid[] held, long? knownTarget) : IDisposable
{
    private long? _knownTarget = knownTarget;

    private TaskCompletionSource _bell = NewBell();

    public Guid AgentId => agentId;

    public Guid[] Held => held;

    /// <summary>Ends with the next ring. Take it before looking, so that no ring falls between looking and waiting.</summary>
    public Task NextRing => Volatile.Read(ref _bell).Task;

    /// <summary>Whether it knows another target state than this one. Says so once.</summary>
    public bool Outdates(long target)
    {
        if (_knownTarget is not { } known || known == target)
            return false;
        _knownTarget = target;
        return true;
    }

    public void Ring() => Interlocked.Exchange(ref _bell, NewBell()).TrySetResult();

    public void Dispose() => all.Release(this);

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
