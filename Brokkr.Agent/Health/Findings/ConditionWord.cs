namespace Brokkr.Agent.Health.Findings;

/// <summary>The condition words that Brokkr itself gives; reasons of waiting containers come from Kubernetes as they are.</summary>
internal static class ConditionWord
{
    /// <summary>A load balancer or an Ingress has no address yet.</summary>
    public const string AddressPending = "AddressPending";

    /// <summary>The API server does not take an object of the manifests as it is, or the agent does not apply it.</summary>
    public const string ApplyFailed = "ApplyFailed";

    public const string ContainerCreating = "ContainerCreating";
    public const string CrashLoopBackOff = "CrashLoopBackOff";

    /// <summary>A resource says that something is wrong, and has no word for it.</summary>
    public const string Degraded = "Degraded";

    public const string Evicted = "Evicted";
    public const string FailedCreate = "FailedCreate";

    /// <summary>The agent has no right to read a kind it needs (403).</summary>
    public const string Forbidden = "Forbidden";

    /// <summary>A disruption budget is at its limit.</summary>
    public const string InsufficientPods = "InsufficientPods";

    /// <summary>Some of a Job's indexes have failed for good, while others go on.</summary>
    public const string IndexesFailed = "IndexesFailed";

    /// <summary><c>agent.health.enabled</c> is off.</summary>
    public const string HealthDisabled = "HealthDisabled";

    public const string JobFailed = "JobFailed";
    public const string KindNotServed = "KindNotServed";
    public const string LastRunFailed = "LastRunFailed";

    /// <summary>A claim's volume is gone.</summary>
    public const string Lost = "Lost";

    public const string MalformedManifest = "MalformedManifest";

    /// <summary>A Deployment has fewer pods available than its strategy lets it do without.</summary>
    public const string MinimumReplicasUnavailable = "MinimumReplicasUnavailable";

    public const string NamesNotAccepted = "NamesNotAccepted";
    public const string NodeLost = "NodeLost";

    /// <summary>The schema of a definition breaks the rules of its version, so that the API server leaves out what rests on it.</summary>
    public const string NonStructuralSchema = "NonStructuralSchema";

    public const string NotEstablished = "NotEstablished";
    public const string NotReady = "NotReady";
    public const string OomKilled = "OOMKilled";
    public const string Pending = "Pending";
    public const string PodFailed = "PodFailed";
    public const string PodInitializing = "PodInitializing";
    public const string PodsMissing = "PodsMissing";
    public const string ProgressDeadlineExceeded = "ProgressDeadlineExceeded";
    public const string Progressing = "Progressing";

    /// <summary>One of the places of a workload has had no ready pod for long.</summary>
    public const string ReplicaUnready = "ReplicaUnready";

    public const string ResourceMissing = "ResourceMissing";
    public const string Restarted = "Restarted";

    /// <summary>The agent itself failed at judging an object.</summary>
    public const string RuleFailed = "RuleFailed";

    /// <summary>A run of a CronJob goes on far longer than it should, and keeps the others from starting.</summary>
    public const string RunOverdue = "RunOverdue";

    /// <summary>A CronJob has not started runs that were due.</summary>
    public const string ScheduleMissed = "ScheduleMissed";

    /// <summary>An autoscaler is off because its target was scaled to zero.</summary>
    public const string ScalingDisabled = "ScalingDisabled";

    public const string SchedulingGated = "SchedulingGated";
    public const string Suspended = "Suspended";
    public const string Terminating = "Terminating";
    public const string TerminatingStuck = "TerminatingStuck";

    /// <summary>The API server did not answer for a kind the agent needs, or with an error.</summary>
    public const string Unavailable = "Unavailable";

    public const string Unschedulable = "Unschedulable";

    /// <summary>Words that say of a workload that its pods are not ready; they yield to a pod that is late or faulty itself.</summary>
    public static bool IsShortage(string condition) => condition is MinimumReplicasUnavailable or ReplicaUnready;

    /// <summary>Words that say no more than "not yet"; they yield to a finding that says what is wrong.</summary>
    public static bool IsGeneric(string condition) =>
        condition is Pending or ContainerCreating or PodInitializing or NotReady or Progressing;
}
