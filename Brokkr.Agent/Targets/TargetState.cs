using System.Threading.Channels;
using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Agent.Targets;

/// <summary>What this agent is to look after, as the broker said last. Thread-safe.</summary>
internal sealed class TargetState
{
    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile TargetWord? _word;
    private TaskCompletionSource _next = NewBell();

    /// <summary>Null before the broker answered the first time.</summary>
    public TargetWord? Word => _word;

    /// <summary>Null before the broker answered the first time.</summary>
    public IReadOnlyList<Assignment>? Current => _word?.Assignments;

    public void Replace(IReadOnlyList<Assignment> assignments, long number = 0, long confirmed = 0)
    {
        _word = new(assignments, number, confirmed);
        _changes.Writer.TryWrite(true);
        Ring();
    }

    /// <summary>The same is to be looked after, under other numbers.</summary>
    public void Renumber(long number, long confirmed)
    {
        if (_word is { } word)
        {
            if (word.Number == number && word.Confirmed == confirmed)
                return;
            _word = word with { Number = number, Confirmed = confirmed };
            Ring();
        }
    }

    /// <summary>Ends as soon as the broker said something else than this.</summary>
    public Task NextWord(TargetWord? seen)
    {
        var next = Volatile.Read(ref _next).Task;
        return ReferenceEquals(_word, seen) ? next : Task.CompletedTask;
    }

    /// <summary>The kinds that the manifests name.</summary>
    public IReadOnlyCollection<(string ApiVersion, string Kind)> NamedKinds() =>
        (Current ?? []).SelectMany(a => a.Target.Resources).Select(r => (r.ApiVersion, r.Kind)).ToHashSet();

    /// <summary>The objects that the manifests name; null before the broker answered the first time.</summary>
    public IReadOnlySet<NamedObject>? NamedObjects() =>
        Current?.SelectMany(a => a.Target.Resources).Select(r => new NamedObject(r.Kind, r.Name)).ToHashSet();

    /// <summary>Ends when the targets changed since the last call.</summary>
    public async Task WaitForChangeAsync(CancellationToken ct) => await _changes.Reader.ReadAsync(ct);

    private void Ring() => Interlocked.Exchange(ref _next, NewBell()).TrySetResult();

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A complete answer of the broker.</summary>
/// <param name="Assignments">What the agent is to look after.</param>
/// <param name="Number">Grows with every change; 0 where the broker does not number its answers.</param>
/// <param name="Confirmed">The number for which an admin let the agent delete what it held back.</param>
internal sealed record TargetWord(IReadOnlyList<Assignment> Assignments, long Number, long Confirmed);

/// <summary>One deployment object, and why its manifests cannot be read where they cannot.</summary>
internal sealed record Assignment(DeploymentTarget Target, string? Malformed);
