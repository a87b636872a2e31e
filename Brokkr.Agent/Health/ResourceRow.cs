using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health;

/// <summary>One resource, or one pod with findings.</summary>
internal sealed record ResourceRow(ResourceId Id, string ApiVersion, RowStatus Status, string Message)
{
    public bool IsReady => Status is RowStatus.Healthy or RowStatus.Suspended;
}
