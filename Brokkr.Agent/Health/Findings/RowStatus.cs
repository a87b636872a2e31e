namespace Brokkr.Agent.Health.Findings;

/// <summary>The status of one resource, best to worst.</summary>
internal enum RowStatus
{
    Healthy,
    Suspended,
    Progressing,
    Unknown,
    Degraded,
    Failing,
}
