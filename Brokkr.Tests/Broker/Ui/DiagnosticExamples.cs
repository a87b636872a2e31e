using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>Results as agents send them.</summary>
internal static class DiagnosticExamples
{
    private const string Crash = "panic: dial tcp 10.96.14.3:5432: connect: connection refused";

    /// <summary>Two pods of one Deployment, of which one ends again and again; some things could not be read.</summary>
    public static Wire.SubmitResultRequest CrashLoop(DateTimeOffset now, int lines = 50)
    {
        var result = new Wire.SubmitResultRequest
        {
            CollectedAt = now.ToTimestamp(),
            Findings =
            {
                new Wire.DiagnosticFinding
                {
                    Code = "crash_loop", Severity = Wire.HealthStatus.Types.Word.Failing, Kind = "Pod", Name = "web-7d4f8b9c5-x2x7k", Namespace = "prod",
                    Container = "app",
                    Message = "back-off 5m0s restarting failed container=app; the last run said: " + Crash,
                    Advice = "Read the previous log: the process ends by itself.",
                    Evidence = { "pod_statuses prod/web-7d4f8b9c5-x2x7k", "previous_log_tails web-7d4f8b9c5-x2x7k/app", "log_tails web-7d4f8b9c5-x2x7k/app",
                    "events BackOff" },
                    Since = now.AddMinutes(-14).ToTimestamp(), ExitCode = 2, Restarts = 7, Affected = 2, Condition = "CrashLoopBackOff",
                },
                new Wire.DiagnosticFinding
                {
                    Code = "progress_deadline", Severity = Wire.HealthStatus.Types.Word.Degraded, Kind = "Deployment", Name = "web", Namespace = "prod",
                    Message = "ReplicaSet \"web-7d4f8b9c5\" has timed out progressing.", Advice = "Mend what holds its newest pods.",
                    Evidence = { "workloads Deployment prod/web", "manifest Deployment prod/web" },
                    Since = now.AddMinutes(-4).ToTimestamp(), Affected = 1, Condition = "ProgressDeadlineExceeded",
                },
            },
            PodStatuses = { Pod("web-7d4f8b9c5-x2x7k", now, isFailing: true), Pod("web-7d4f8b9c5-p9qlm", now, isFailing: false) },
            Completeness =
            {
                new Wire.CollectionOutcome { Query = "pods", Outcome = "ok" },
                new Wire.CollectionOutcome { Query = "events prod", Outcome = "truncated", Message = "200 of 214 events are shown" },
                new Wire.CollectionOutcome { Query = "nodes", Outcome = "forbidden",
                Message = "nodes is forbidden: User \"system:serviceaccount:brokkr:agent\" cannot list resource \"nodes\"" },
            },
            Redaction = new() { Total = 12, Counts = { ["jwt"] = 9, ["password"] = 3 } },
            Workloads =
            {
                new Wire.WorkloadStatus
                {
                    Kind = "Deployment", Name = "web", Namespace = "prod", Desired = 3, Updated = 2, Ready = 1, Available = 1, Generation = 4,
                    ObservedGeneration = 4, Revision = "4",
                    Conditions = { new Wire.PodCondition { Type = "Progressing", Status = "False", Reason = "ProgressDeadlineExceeded" },
                    new Wire.PodCondition { Type = "Available", Status = "False", Reason = "MinimumReplicasUnavailable" } },
                },
            },
            Nodes = { new Wire.NodeStatus { Name = "worker-3",
            Conditions = { new Wire.PodCondition { Type = "Ready", Status = "True", Reason = "KubeletReady" },
            new Wire.PodCondition { Type = "MemoryPressure", Status = "False" } } } },
            Claims = { new Wire.ClaimStatus { Name = "uploads", Namespace = "prod", Phase = "Bound", Requested = "10Gi", StorageClass = "fast",
            VolumeName = "pvc-6a1f", AccessModes = { "ReadWriteOnce" } } },
            Quotas = { new Wire.QuotaStatus { Namespace = "prod", Name = "compute", Hard = { ["requests.memory"] = "4Gi", ["pods"] = "20" },
            Used = { ["requests.memory"] = "3.5Gi", ["pods"] = "11" } } },
        };
        foreach (var (i, pod) in new[] { "web-7d4f8b9c5-x2x7k", "web-7d4f8b9c5-p9qlm", "web-7d4f8b9c5-c2v4n" }.Select((pod, i) => (i, pod)))
        {
            result.Events.Add(new Wire.ClusterEvent
            {
                Type = "Warning",
                Reason = "BackOff",
                Message = "Back-off restarting failed container app",
                Kind = "Pod",
                Name = pod,
                Namespace = "prod",
                Count = 31 + i,
                Source = "kubelet",
                FirstSeen = now.AddMinutes(-14).ToTimestamp(),
                LastSeen = now.AddSeconds(-40 - i).ToTimestamp(),
            });
        }

        result.Events.Add(new Wire.ClusterEvent
        {
            Type = "Normal",
            Reason = "Pulled",
            Message = "Container image \"registry.example.com/shop/web:1.5\" already present on machine",
            Kind = "Pod",
            Name = "web-7d4f8b9c5-x2x7k",
            Namespace = "prod",
            Count = 8,
            LastSeen = now.AddMinutes(-3).ToTimestamp()
        });
        result.LogTails["web-7d4f8b9c5-x2x7k/app"] = Log(now, 6, Crash);
        result.PreviousLogTails["web-7d4f8b9c5-x2x7k/app"] = Log(now.AddMinutes(-5), lines, Crash);
        result.LogTails["web-7d4f8b9c5-p9qlm/app"] = Log(now, lines, "ready");
        return result;
    }

    private static Wire.PodStatus Pod(string name, DateTimeOffset now, bool isFailing)
    {
        var container = new Wire.ContainerStatus
        {
            Name = "app",
            Ready = !isFailing,
            State = isFailing
                ? "waiting"
                : "running",
            Reason = isFailing ? "CrashLoopBackOff" : "",
            ContainerType = "app",
            RestartCount = isFailing ? 7 : 0,
            Message = isFailing ? "back-off 5m0s restarting failed container=app" : "",
            Image = "registry.example.com/shop/web:1.5",
            ImageId = "registry.example.com/shop/web@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945",
            Probes = { new Wire.ContainerProbe { Type = "readiness", Kind = "http", Target = "http://:8080/healthz", PeriodSeconds = 10, TimeoutSeconds = 1,
            FailureThreshold = 3 } },
            Requests = { ["cpu"] = "100m", ["memory"] = "64Mi" },
            Limits = { ["memory"] = "128Mi" },
        };
        if (isFailing)
            container.LastState = new() { State = "terminated", Reason = "Error", ExitCode = 2, FinishedAt = now.AddMinutes(-2).ToTimestamp() };
        else
            container.StartedAt = now.AddHours(-3).ToTimestamp();
        return new()
        {
            Name = name,
            Namespace = "prod",
            Phase = "Running",
            NodeName = "worker-3",
            CreatedAt = now.AddMinutes(-16).ToTimestamp(),
            ControlledBy = "ReplicaSet/web-7d4f8b9c5",
            QosClass = "Burstable",
            Conditions = { new Wire.PodCondition { Type = "Ready", Status = isFailing
            ? "False"
            : "True", Reason = isFailing ? "ContainersNotReady" : "", Message = isFailing ? "containers with unready status: [app]" : "" } },
            ContainerStatuses = { container },
        };
    }

    private static ListValue Log(DateTimeOffset now, int lines, string last) => new()
    {
        Values =
        {
            Enumerable.Range(1, lines - 1).Select(i =>
                Value.ForString($"{now.AddSeconds(i - lines):HH:mm:ss.fff} INFO worker-{i % 8} GET /api/items/{i} {i % 97} ms")),
            Value.ForString($"{now:HH:mm:ss.fff} {last}"),
        },
    };
}
