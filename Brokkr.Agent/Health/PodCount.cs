namespace Brokkr.Agent.Health;

/// <summary>Pods that are ready, and pods that should be there or are.</summary>
internal readonly record struct PodCount(int Ready, int Total);
