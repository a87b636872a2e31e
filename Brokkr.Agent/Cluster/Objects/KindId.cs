namespace Brokkr.Agent.Cluster.Objects;

/// <summary>Names a kind whatever its version.</summary>
internal readonly record struct KindId(string Group, string Kind);
