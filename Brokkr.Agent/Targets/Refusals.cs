using System.Collections.Concurrent;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Targets;

/// <summary>Why an object of the manifests is not as they say.</summary>
/// <param name="Manifest">The manifest, as it was read for the attempt.</param>
/// <param name="Text">The API server's sentence, or ours.</param>
/// <param name="Since">When it was refused first.</param>
internal sealed record Refusal(ManifestObject Manifest, string Text, DateTimeOffset Since);

/// <summary>What was refused of each deployment object when it was last applied. Thread-safe.</summary>
/// <param name="applies">Whether this agent applies; otherwise nothing is waited for.</param>
/// <param name="clock">The clock; the machine's where there is none.</param>
internal sealed class Refusals(bool applies = false, TimeProvider? clock = null)
{
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _firstTried = [];
    private readonly ConcurrentDictionary<Guid, IReadOnlyList<Refusal>> _byTarget = [];

    /// <summary>The same list until something else is said of the deployment object.</summary>
    public IReadOnlyList<Refusal> Of(Guid target) => _byTarget.GetValueOrDefault(target, []);

    /// <summary>
    /// The deployment object as what began late: of an agent that applies, what is not there can be missed when the first attempt has
    /// ended, however long ago the revision was submitted.
    /// </summary>
    public Assignment Begun(Assignment assignment, DateTimeOffset at)
    {
        var target = assignment.Target;
        if (!applies || assignment.Malformed is not null)
            return assignment;
        var began = _firstTried.TryGetValue(target.Id, out var tried) ? tried : at;
        return began > target.SubmittedAt ? assignment with { Target = target with { SubmittedAt = began } } : assignment;
    }

    /// <summary>Whether the first attempt to apply has not ended yet.</summary>
    public bool IsAwaited(Guid target) => applies && !_firstTried.ContainsKey(target);

    public void Set(Guid target, IReadOnlyList<Refusal> refused)
    {
        _firstTried.TryAdd(target, _clock.GetUtcNow());
        if (refused.Count == 0)
            _byTarget.TryRemove(target, out _);
        else if (!Of(target).SequenceEqual(refused))
            _byTarget[target] = refused;
    }

    public void Keep(IReadOnlySet<Guid> targets)
    {
        foreach (var gone in _byTarget.Keys.Concat(_firstTried.Keys).Where(id => !targets.Contains(id)))
        {
            _byTarget.TryRemove(gone, out _);
            _firstTried.TryRemove(gone, out _);
        }
    }
}
