using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Operations;

/// <summary>Whether the agent lives, and whether it does its job.</summary>
/// <param name="cluster">What is known of the cluster.</param>
/// <param name="targets">What the agent looks after.</param>
/// <param name="broker">Whether the broker answers.</param>
/// <param name="metrics">How the reporting loop goes.</param>
/// <param name="reportInterval">How often everything is reported.</param>
internal sealed class AgentReadiness(
    ClusterState cluster, TargetState targets, BrokerHealth broker, AgentMetrics metrics, TimeSpan reportInterval)
{
    /// <summary>The reporting loop rests for seconds; only one that hangs rests for minutes.</summary>
    private static readonly TimeSpan LongestPass = TimeSpan.FromMinutes(3);

    /// <summary>One missed report is noise.</summary>
    private const int MissedIntervals = 3;

    private static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(60);

    /// <summary>Why a restart would help; nothing where it would not.</summary>
    public IReadOnlyList<string> NotLiving() =>
        metrics.SincePass > LongestPass ? ["the reporting loop hangs"] : [];

    /// <summary>Why the agent cannot report what is true now.</summary>
    public IReadOnlyList<string> NotReady()
    {
        var reasons = new List<string>(NotLiving());
        if (targets.Current is null)
            reasons.Add("the broker has not said yet what to look after");
        if (!cluster.Knows(BaseKinds.Needed))
            reasons.Add("the cluster has not been listed yet");
        var silence = MissedIntervals * reportInterval;
        silence = silence > ShortestSilence ? silence : ShortestSilence;
        if (!(broker.SinceReached <= silence))
            reasons.Add($"the broker has not answered for {silence.TotalSeconds:0} seconds{(broker.Why is { } why ? $": {why}" : "")}");
        return reasons;
    }
}
