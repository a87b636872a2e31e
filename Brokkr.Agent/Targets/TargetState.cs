using System.Threading.Channels;
using Brokkr.Agent.Cluster.Snapshot;

namespace Brokkr.Agent.Targets;

/// <summary>What this agent is to look after, as the broker said last. Thread-safe.</summary>
internal sealed class TargetState
{
    private readonly Channel<bool> _changes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile IReadOnlyList<Assignment>? _current;

    /// <summary>Null before the broker answered the first time.</summary>
    public IReadOnlyList<Assignment>? Current => _current;

    public void Replace(IReadOnlyList<Assignment> assignments)
    {
        _current = assignments;
        _changes.Writer.TryWrite(true);
    }

    /// <summary>The kinds that the manifests name.</summary>
    public IReadOnlyCollection<(string ApiVersion, string Kind)> NamedKinds() =>
        (_current ?? []).SelectMany(a => a.Target.Resources).Select(r => (r.ApiVersion, r.Kind)).ToHashSet();

    /// <summary>The objects that the manifests name; null before the broker answered the first time.</summary>
    public IReadOnlySet<NamedObject>? NamedObjects() =>
        _current?.SelectMany(a => a.Target.Resources).Select(r => new NamedObject(r.Kind, r.Name)).ToHashSet();

    /// <summary>Ends when the targets changed since the last call.</summary>
    public async Task WaitForChangeAsync(CancellationToken ct) => await _changes.Reader.ReadAsync(ct);
}

/// <summary>One deployment object, and why its manifests cannot be read where they cannot.</summary>
internal sealed record Assignment(DeploymentTarget Target, string? Malformed);
