using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>A resource that exists, as the rule of its kind sees it.</summary>
/// <param name="Resource">The resource and what it owns.</param>
/// <param name="Object">The object itself.</param>
/// <param name="Observed">Whether its controller has seen the present generation, so that its counters can be believed.</param>
internal sealed record ResourceCase(AttributedResource Resource, KubeObject Object, bool Observed);
