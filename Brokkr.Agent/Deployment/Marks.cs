using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Deployment;

/// <summary>The labels and annotations by which the agent knows what it applied, and by which manifests say how it is to be done.</summary>
internal static class Marks
{
    public const string FieldManager = ManagedField.OwnManager;

    /// <summary>On every object that was applied, for people who select by it: the stack's identifier.</summary>
    public const string StackLabel = "brokkr.io/stack";

    /// <summary>On every object that was applied: for which deployment object, as <see cref="DeploymentOwner.Mark"/>.</summary>
    public const string Owner = "brokkr.io/owned-by";

    /// <summary>
    /// Set to <c>true</c> in a manifest it takes fields from other managers, and the object from another deployment object.
    /// </summary>
    public const string Force = "brokkr.io/force-conflicts";

    /// <summary>Set to <c>false</c> on an object it is never deleted.</summary>
    public const string Prune = "brokkr.io/prune";

    /// <summary>On the lists of what was applied: the agent's identifier.</summary>
    public const string Inventory = "brokkr.io/inventory-of";
}

/// <summary>
/// For whom something is applied: a deployment object in all its revisions, and the agent, since two in one cluster must not mistake each
/// other's for their own.
/// </summary>
internal sealed record DeploymentOwner(string AgentId, Guid StackId, string Name)
{
    /// <summary>As it stands on objects.</summary>
    public string Mark { get; } = $"{AgentId}/{StackId}/{Name}";

    public static DeploymentOwner Of(DeploymentTarget target, string agentId) => new(agentId, target.StackId, target.Name);

    /// <summary>Null where the text is none of ours.</summary>
    public static DeploymentOwner? Parse(string mark) =>
        mark.Split('/', 3) is [var agent, var stack, var name] && Guid.TryParse(stack, out var id) ? new(agent, id, name) : null;

    public bool Equals(DeploymentOwner? other) => other is not null && Mark == other.Mark;

    public override int GetHashCode() => Mark.GetHashCode(StringComparison.Ordinal);
}
