namespace Brokkr.Agent.Cluster.Objects;

/// <summary>What the rules need of a node, where nodes may be read: whether it is ready.</summary>
internal sealed class Node : KubeObject
{
    public NodeStatus Status { get => field; set => field = value ?? new(); } = new();
}

internal sealed class NodeStatus
{
    public List<Condition> Conditions { get => field; set => field = value ?? []; } = [];

    public Condition? Find(string conditionType) => Conditions.Find(c => c.Type == conditionType);
}
