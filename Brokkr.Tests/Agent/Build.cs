using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Evaluate;
using Brokkr.Agent.Health;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Tests.Agent;

/// <summary>Small objects for tests of the rules. Everything is created at <see cref="Start"/>.</summary>
internal static class Build
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>The rules as the agent ships them.</summary>
    public static readonly HealthEvaluator ShippedRules = new(new());

    public static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);

    public static DeploymentTarget ATarget(params KubeObject[] named) =>
        new(Guid.Parse("0f5f8f0e-5b7e-4a7e-8a53-5c8c2b3d4e5f"), "shop", Start, [.. named.Select(o => AManifest(o))]);

    public static DeploymentTarget ATarget(string yaml) =>
        new(Guid.Parse("0f5f8f0e-5b7e-4a7e-8a53-5c8c2b3d4e5f"), "shop", Start, ManifestReader.Read(yaml));

    public static DeploymentHealth Judge(DeploymentTarget target, double minutes, params KubeObject[] objects) =>
        Evaluate(target, new(objects, []), At(minutes));

    public static DeploymentHealth Evaluate(
        DeploymentTarget target, ClusterSnapshot snapshot, DateTimeOffset now, HealthEvaluator? rules = null, IReadOnlyList<Refusal>? refused = null) =>
        (rules ?? ShippedRules).Evaluate(new(target, null), refused ?? [], snapshot, now);

    /// <summary>Judges a deployment object that names exactly the first object.</summary>
    public static DeploymentHealth JudgeFirst(double minutes, params KubeObject[] objects) => Judge(ATarget(objects[0]), minutes, objects);

    public static Workload AWorkload(string apiVersion, string kind, string name, string? uid = null, string? owner = null) => new()
    {
        ApiVersion = apiVersion,
        Kind = kind,
        Metadata = AMeta(name, uid, owner),
        Status = new() { ObservedGeneration = 1 },
    };

    public static Workload ADeployment(string name = "web", int replicas = 1, int? available = null, string? uid = null)
    {
        var deployment = AWorkload("apps/v1", "Deployment", name, uid);
        deployment.Spec.Replicas = replicas;
        deployment.Status = AStatus(replicas, available ?? replicas);
        return deployment;
    }

    public static Workload AReplicaSet(string name = "web-1", string? uid = null, string? owner = null, int replicas = 1, int? available = null)
    {
        var set = AWorkload("apps/v1", "ReplicaSet", name, uid, owner);
        set.Spec.Replicas = replicas;
        set.Status = AStatus(replicas, available ?? replicas);
        return set;
    }

    public static Workload AStatefulSet(string name = "db", int replicas = 2, int? ready = null)
    {
        var set = AWorkload("apps/v1", "StatefulSet", name);
        set.Spec.Replicas = replicas;
        set.Status = AStatus(replicas, ready ?? replicas);
        (set.Status.AvailableReplicas, set.Status.CurrentRevision, set.Status.UpdateRevision) = (0, "1", "1");
        return set;
    }

    public static Workload ADaemonSet(int desired = 2, int? available = null)
    {
        var set = AWorkload("apps/v1", "DaemonSet", "agent");
        set.Status = new()
        {
            ObservedGeneration = 1,
            DesiredNumberScheduled = desired,
            CurrentNumberScheduled = desired,
            UpdatedNumberScheduled = desired,
            NumberReady = available ?? desired,
            NumberAvailable = available ?? desired,
        };
        return set;
    }

    public static Workload AJob(string name = "import", string? uid = null, string? owner = null, params Condition[] conditions)
    {
        var job = AWorkload("batch/v1", "Job", name, uid, owner);
        job.Spec.Parallelism = 1;
        job.Spec.Completions = 1;
        job.Status = new() { StartTime = Start, Conditions = [.. conditions] };
        return job;
    }

    /// <summary>A pod that is scheduled, running and ready, with one container <c>app</c>.</summary>
    public static Pod APod(string name = "web-1-a", string? owner = null, bool ready = true) => new()
    {
        ApiVersion = "v1",
        Kind = "Pod",
        Metadata = AMeta(name, owner: owner),
        Spec = new() { Containers = [new() { Name = "app" }] },
        Status = new()
        {
            Phase = "Running",
            Conditions = [ACondition("PodScheduled"), ACondition("Initialized"), ACondition("Ready", ready ? "True" : "False")],
            ContainerStatuses = [new() { Name = "app", Ready = ready, State = Running(0) }],
        },
    };

    /// <summary>A pod whose only container is in this state.</summary>
    public static Pod APodWith(ContainerState state, ContainerState? last = null, int restarts = 0, bool ready = false, string phase = "Running",
        string? owner = null)
    {
        var pod = APod(owner: owner, ready: ready);
        pod.Status.Phase = phase;
        pod.Status.ContainerStatuses = [new() { Name = "app", Ready = ready, RestartCount = restarts, State = state, LastState = last ?? new() }];
        return pod;
    }

    /// <summary>A pod in phase Pending: scheduled, and no container runs.</summary>
    public static Pod AStartingPod(string waiting) => APodWith(Waiting(waiting), phase: "Pending");

    public static Pod AnUnscheduledPod(string reason = "Unschedulable")
    {
        var pod = APod(ready: false);
        pod.Status = new() { Phase = "Pending", Conditions = [ACondition("PodScheduled", "False", reason)] };
        return pod;
    }

    /// <summary>An object of any kind as the agent keeps it, created at <see cref="Start"/> unless its metadata says otherwise.</summary>
    public static KubeObject AnObject(string apiVersion, string kind, string fields, string name = "it", string metadata = "", HealthEvaluator? rules = null)
    {
        var json = $$"""{"metadata":"""
            + $$"""{"name":"{{name}}","namespace":"shop","uid":"uid-{{name}}","generation":1,"creationTimestamp":"{{Start:O}}"{{metadata}}}{{fields}}}""";
        return new ObjectReader((rules ?? ShippedRules).Kinds).Read(System.Text.Encoding.UTF8.GetBytes(json), apiVersion, kind);
    }

    /// <summary>The JSON of a condition.</summary>
    public static string C(string type, string status, string reason = "", double at = 0, string message = "") =>
        $$"""{"type":"{{type}}","status":"{{status}}","reason":"{{reason}}","message":"{{message}}","lastTransitionTime":"{{At(at):O}}"}""";

    /// <summary>The status that holds these conditions.</summary>
    public static string Status(params string[] conditions) => $$""","status":{"conditions":[{{string.Join(',', conditions)}}]}""";

    public static Condition ACondition(string type, string status = "True", string? reason = null, double at = 0, string? message = null) =>
        new() { Type = type, Status = status, Reason = reason, Message = message, LastTransitionTime = At(at) };

    public static KubeEvent AnEvent(KubeObject about, string reason, string message = "", double at = 0, double? first = null) => new()
    {
        InvolvedObject = new() { Uid = about.Metadata.Uid, Kind = about.Kind, Name = about.Metadata.Name },
        Reason = reason,
        Message = message,
        Type = "Warning",
        FirstTimestamp = At(first ?? at),
        LastTimestamp = At(at),
    };

    public static ContainerState Waiting(string reason, string? message = null) => new() { Waiting = new() { Reason = reason, Message = message } };

    public static ContainerState Running(double since) => new() { Running = new() { StartedAt = At(since) } };

    public static ContainerState Ended(int exitCode, double from, double to, string reason = "Error") =>
        new() { Terminated = new() { ExitCode = exitCode, StartedAt = At(from), FinishedAt = At(to), Reason = reason } };

    /// <summary>Of a workload whose controller has seen it.</summary>
    private static WorkloadStatus AStatus(int replicas, int available) => new()
    {
        ObservedGeneration = 1,
        Replicas = replicas,
        UpdatedReplicas = replicas,
        ReadyReplicas = available,
        AvailableReplicas = available,
    };

    private static ObjectMeta AMeta(string name, string? uid = null, string? owner = null) => new()
    {
        Name = name,
        Namespace = "shop",
        Uid = uid ?? $"uid-{name}",
        Generation = 1,
        CreationTimestamp = Start,
        OwnerReferences = owner is null ? [] : [new() { Uid = owner, Controller = true }],
    };

    private static ManifestObject AManifest(KubeObject o) =>
        ManifestReader.Read($"{{apiVersion: {o.ApiVersion}, kind: {o.Kind}, metadata: {{name: {o.Metadata.Name}, namespace: {o.Metadata.Namespace}}}}}")
            .Single();
}
