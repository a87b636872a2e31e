using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Diagnostics;

/// <summary>What a finding of a diagnostic is called for programs, and what it advises. Codes never change their meaning.</summary>
/// <param name="Word">Stable.</param>
/// <param name="Weight">Where several findings are of one severity, the cause stands before what follows from it: the smallest
/// first.</param>
/// <param name="Advice">One sentence.</param>
internal sealed record FindingCode(string Word, int Weight, string Advice)
{
    /// <summary>From this weight on a finding follows from others.</summary>
    public const int Consequence = 60;

    /// <summary>From this weight on a finding says only that something is not there yet.</summary>
    public const int NotYet = 80;

    /// <summary>From this weight on a finding is history.</summary>
    public const int History = 90;

    public static readonly FindingCode ManifestMalformed =
        new("manifest_malformed", 0, "Mend the manifest as the message says and submit it again.");
    public static readonly FindingCode KindNotServed = new("kind_not_served", 1,
        "Install what defines this kind in the cluster first, as a CustomResourceDefinition, or correct apiVersion and kind.");
    public static readonly FindingCode ApplyFailed = new("apply_failed", 2,
        "The object is not as its manifest says: mend what the message names, in the manifest or in the cluster; the agent tries again "
        + "by itself.");
    public static readonly FindingCode PodsRefused = new("pods_refused", 5,
        "Kubernetes refuses to create the pods: raise the quota, meet the policy or create the service account that the message names.");
    public static readonly FindingCode VolumeClaim = new("volume_claim_unbound", 10,
        "Provide the storage class or a volume that fits the claim, or correct the claim's class, size and access modes.");
    public static readonly FindingCode Unschedulable = new("unschedulable", 12,
        "No node fits: lower the requests, loosen selector, affinity or tolerations as the counts in the message tell, or add a node.");
    public static readonly FindingCode NodeLost =
        new("node_lost", 14, "The pod's node does not answer: repair or remove the node, and the pod starts elsewhere.");
    public static readonly FindingCode Volume = new("volume_not_mounted", 16,
        "Create what the message misses (Secret, ConfigMap, claim), or detach the volume from the node that still holds it.");
    public static readonly FindingCode Sandbox = new("pod_sandbox_failed", 18,
        "The node cannot set up the pod's network or sandbox: look at the network plug-in and the container runtime of that node.");
    public static readonly FindingCode ImageName =
        new("image_name_invalid", 20, "The image reference cannot be parsed: correct it in the manifest.");
    public static readonly FindingCode ImagePull = new("image_pull_failed", 22,
        "Correct name and tag of the image, or give the pod a pull secret and a route to the registry, as the registry's answer tells.");
    public static readonly FindingCode Config = new("config_missing", 24,
        "Create the ConfigMap or Secret that the message names, with that key, or mark the reference as optional.");
    public static readonly FindingCode ContainerStart = new("container_not_started", 26,
        "The runtime cannot start the process: correct command, working directory, mounts or security settings as the message tells.");
    public static readonly FindingCode OutOfMemory =
        new("out_of_memory", 30, "The container needed more memory than its limit: raise the limit, or mend what uses so much.");
    public static readonly FindingCode ProbeKills = new("liveness_failing", 32,
        "Kubernetes restarts the container because this probe fails: mend what it asks for, or give the probe more time.");
    public static readonly FindingCode CrashLoop =
        new("crash_loop", 34, "The process ends again and again: the last lines of its previous log and its exit code say why.");
    public static readonly FindingCode Evicted =
        new("evicted", 36, "The node ran short of what the message names: set requests and limits that fit, or free the node.");
    public static readonly FindingCode JobFailed =
        new("job_failed", 40, "The Job gave up: its pods' logs and exit code say why; mend it and run it again under a new name.");
    public static readonly FindingCode PodFailed =
        new("pod_failed", 42, "The pod ended with an error and will not start again: its log and exit code say why.");
    public static readonly FindingCode ProbeFails = new("probe_failing", 44,
        "The container runs and its probe fails: compare the probe's port and path with what the process serves, and read its log.");
    public static readonly FindingCode DeletionStuck = new("deletion_stuck", 50,
        "Something holds the deletion: remove the finalizer when its controller is gone, or bring back the node.");
    public static readonly FindingCode ResourceMissing =
        new("resource_missing", 52, "Nothing has created this object: apply the manifest, or read what refused it.");
    public static readonly FindingCode Unhealthy =
        new("resource_unhealthy", 54, "The object itself says that something is wrong: the message is its controller's.");
    public static readonly FindingCode ProgressDeadline = new("progress_deadline", 60,
        "The rollout made no progress in its time: mend what holds its newest pods, then it goes on by itself.");
    public static readonly FindingCode NoPods =
        new("pods_missing", 62, "Fewer pods exist than asked for: the workload's events say why its controller does not create them.");
    public static readonly FindingCode NotReadable = new("not_readable", 70,
        "Grant the agent the right to read this kind, or bring back what serves it; nothing is known of these objects until then.");
    public static readonly FindingCode NotJudged = new("not_judged", 72,
        "The agent itself failed at this object: report it with the object and the agent's log, and judge it by hand until it is mended.");
    public static readonly FindingCode NotReady =
        new("not_ready", 80, "The pod runs and is not ready: its log says what the process waits for.");
    public static readonly FindingCode Address = new("address_pending", 82,
        "No controller has given it an address yet: look whether one that provides load balancers or ingresses runs.");
    public static readonly FindingCode Starting = new("starting", 84, "It is on its way: ask again in a few minutes.");
    public static readonly FindingCode Gated =
        new("scheduling_gated", 86, "The pod waits for its scheduling gates to be removed by whoever set them.");
    public static readonly FindingCode Restarted = new("restarted", 90, "It runs again after a crash: the previous log says why it ended.");

    private static readonly Dictionary<string, FindingCode> ByCondition = new(StringComparer.Ordinal)
    {
        [ConditionWord.MalformedManifest] = ManifestMalformed,
        [ConditionWord.KindNotServed] = KindNotServed,
        [ConditionWord.ApplyFailed] = ApplyFailed,
        [ConditionWord.FailedCreate] = PodsRefused,
        [ConditionWord.Lost] = VolumeClaim,
        [ConditionWord.Unschedulable] = Unschedulable,
        [ConditionWord.NodeLost] = NodeLost,
        ["FailedMount"] = Volume,
        ["FailedAttachVolume"] = Volume,
        ["FailedCreatePodSandBox"] = Sandbox,
        ["InvalidImageName"] = ImageName,
        ["ImagePullBackOff"] = ImagePull,
        ["ErrImagePull"] = ImagePull,
        ["ErrImageNeverPull"] = ImagePull,
        ["ImageInspectError"] = ImagePull,
        ["RegistryUnavailable"] = ImagePull,
        ["SignatureValidationFailed"] = ImagePull,
        ["CreateContainerConfigError"] = Config,
        [ConditionWord.OomKilled] = OutOfMemory,
        [ConditionWord.CrashLoopBackOff] = CrashLoop,
        [ConditionWord.Evicted] = Evicted,
        [ConditionWord.JobFailed] = JobFailed,
        [ConditionWord.LastRunFailed] = JobFailed,
        [ConditionWord.PodFailed] = PodFailed,
        [ConditionWord.TerminatingStuck] = DeletionStuck,
        [ConditionWord.ResourceMissing] = ResourceMissing,
        [ConditionWord.ProgressDeadlineExceeded] = ProgressDeadline,
        [ConditionWord.PodsMissing] = NoPods,
        [ConditionWord.Forbidden] = NotReadable,
        [ConditionWord.Unavailable] = NotReadable,
        [ConditionWord.RuleFailed] = NotJudged,
        [ConditionWord.NotReady] = NotReady,
        [ConditionWord.AddressPending] = Address,
        [ConditionWord.Pending] = Starting,
        [ConditionWord.ContainerCreating] = Starting,
        [ConditionWord.PodInitializing] = Starting,
        [ConditionWord.Progressing] = Starting,
        [ConditionWord.SchedulingGated] = Gated,
        [ConditionWord.Restarted] = Restarted,
    };

    /// <summary>Every code, in the order of their weights.</summary>
    public static IReadOnlyList<FindingCode> All { get; } =
        [.. ByCondition.Values.Concat([ContainerStart, ProbeKills, ProbeFails, Unhealthy]).Distinct().OrderBy(c => c.Weight)];

    /// <summary>The code of a condition word; a reason of a waiting container that is not known is one of starting it.</summary>
    public static FindingCode Of(Finding finding) =>
        finding is { Condition: ConditionWord.Pending, Object.Kind: "PersistentVolumeClaim" } ? VolumeClaim
        : ByCondition.GetValueOrDefault(finding.Condition) ?? (finding.Container.Length > 0 ? ContainerStart : Unhealthy);
}
