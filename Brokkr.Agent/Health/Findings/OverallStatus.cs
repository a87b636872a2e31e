namespace Brokkr.Agent.Health.Findings;

/// <summary>The overall status of a deployment object, best to worst.</summary>
internal enum OverallStatus
{
    Healthy,
    Unknown,
    Degraded,
    Failing,
}
