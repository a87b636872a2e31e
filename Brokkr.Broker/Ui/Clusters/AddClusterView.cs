namespace Brokkr.Broker.Ui.Clusters;

/// <summary>What the page to add a cluster shows.</summary>
/// <param name="Name">The name that was asked for before; empty at first.</param>
/// <param name="Stacks">The stacks that it could run.</param>
/// <param name="Refusal">Why the attempt before failed; empty where there was none.</param>
public sealed record AddClusterView(string Name, IReadOnlyList<StackChoice> Stacks, string Refusal);
