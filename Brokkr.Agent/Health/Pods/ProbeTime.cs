using Brokkr.Agent.Cluster.Objects;

namespace Brokkr.Agent.Health.Pods;

/// <summary>How long a pod may take by its probes until it is ready. Pure.</summary>
internal static class ProbeTime
{
    /// <summary>A year in seconds: more is a mistake, and would not fit a time.</summary>
    private const long Longest = 365 * 24 * 3600;

    /// <param name="containers">The app containers.</param>
    /// <param name="initContainers">The init containers, of which only sidecars have probes.</param>
    /// <param name="minReadySeconds">What the workload asks for beyond.</param>
    public static TimeSpan Of(IEnumerable<Container> containers, IEnumerable<Container> initContainers, int minReadySeconds)
    {
        var probes = containers.Concat(initContainers.Where(c => c.RestartPolicy == "Always"))
            .Select(c => Allowance(c.StartupProbe) + Allowance(c.ReadinessProbe))
            .DefaultIfEmpty()
            .Max();
        return TimeSpan.FromSeconds(Math.Min(probes + minReadySeconds, Longest));
    }

    private static long Allowance(Probe? probe) =>
        probe is null ? 0 : probe.InitialDelaySeconds + ((long)probe.FailureThreshold * probe.PeriodSeconds);
}
