using System.Collections.Concurrent;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Agent.Targets;

/// <summary>Why an object of the manifests is not as they say.</summary>
/// <param name="Manifest">The manifest, as it was read for the attempt.</param>
/// <param name="Text">The API server's sentence, or ours.</param>
/// <param name="Since">When it was refused first.</param>
internal sealed record Refusal(ManifestObject Manifest, string Text, DateTimeOffset Since);

/// <summary>What was refused of each deployment object when it was last applied. Thread-safe.</summary>
internal sealed class Refusals
{
    private readonly ConcurrentDictionary<Guid, IReadOnlyList<Refusal>> _byTarget = [];

    /// <summary>The same list until something else is said of the deployment object.</summary>
    public IReadOnlyList<Refusal> Of(Guid target) => _byTarget.GetValueOrDefault(target, []);

    public void Set(Guid target, IReadOnlyList<Refusal> refused)
    {
        if (refused.Count == 0)
            _byTarget.TryRemove(target, out _);
        else if (!Of(target).SequenceEqual(refused))
            _byTarget[target] = refused;
    }

    public void Keep(IReadOnlySet<Guid> targets)
    {
        foreach (var gone in _byTarget.Keys.Where(id => !targets.Contains(id)))
            _byTarget.TryRemove(gone, out _);
    }
}
