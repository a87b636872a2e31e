using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Deployment;

/// <summary>Which deployment objects of this agent name which resources, and who has each where several do. Pure.</summary>
internal sealed class Owners
{
    private readonly Dictionary<ResourceId, DeploymentOwner> _winners = [];
    private readonly HashSet<(ResourceId, DeploymentOwner)> _named = [];
    private readonly HashSet<DeploymentOwner> _unread;

    /// <param name="assignments">What the agent looks after. A manifest that is annotated to take its resource has it, the oldest where
    /// several are.</param>
    /// <param name="inventories">What was applied for whom; otherwise who has something keeps it.</param>
    /// <param name="scopes">What names the objects.</param>
    /// <param name="agentId">The agent.</param>
    public Owners(
        IReadOnlyList<Assignment> assignments, IReadOnlyDictionary<DeploymentOwner, Inventory> inventories, KindScopes scopes,
        string agentId)
    {
        Scopes = scopes;
        var takers = new Dictionary<ResourceId, DeploymentOwner>();
        _unread = [.. assignments.Where(a => a.Malformed is not null).Select(a => DeploymentOwner.Of(a.Target, agentId))];
        foreach (var target in assignments.Select(a => a.Target).OrderBy(t => t.SubmittedAt).ThenBy(t => t.Id))
        {
            var owner = DeploymentOwner.Of(target, agentId);
            foreach (var manifest in target.Resources.DistinctBy(scopes.KeyOf))
            {
                var key = scopes.KeyOf(manifest);
                _named.Add((key, owner));
                _winners.TryAdd(key, owner);
                if (Bundle.Takes(manifest))
                    takers.TryAdd(key, owner);
            }
        }

        foreach (var (owner, inventory) in inventories)
        {
            foreach (var key in inventory.Entries.Where(e => e.Revision != Guid.Empty).Select(e => e.Id)
                .Where(k => _named.Contains((k, owner))))
                _winners[key] = owner;
        }

        foreach (var (key, owner) in takers)
            _winners[key] = owner;
    }

    public KindScopes Scopes { get; }

    /// <summary>The deployment object that the resource is applied for; null where none names it.</summary>
    public DeploymentOwner? WinnerOf(ResourceId key) => _winners.GetValueOrDefault(key);

    /// <summary>Whether the deployment object names the resource, or cannot be read so that it might.</summary>
    public bool MayName(DeploymentOwner owner, ResourceId key) => _named.Contains((key, owner)) || _unread.Contains(owner);
}
