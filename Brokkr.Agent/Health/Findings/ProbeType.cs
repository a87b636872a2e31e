namespace Brokkr.Agent.Health.Findings;

/// <summary>What a probe decides: when the container has started, when it may serve, when it is restarted.</summary>
internal enum ProbeType
{
    Startup,
    Readiness,
    Liveness,
}
