using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Targets;
using Brokkr.Bench.Agent;
using Brokkr.Bench.Load;
using Brokkr.Broker.Health;
using Brokkr.Contracts.Manifests;
using Brokkr.Contracts.Text;

namespace Brokkr.Bench.Micro;

/// <summary>
/// What agent and broker do most often, each with what they do it to most often: something healthy, and a line without a secret.
/// </summary>
[MemoryDiagnoser]
public class HotPaths
{
    private readonly string _line =
        "2026-01-15T10:30:00.123Z INFO  http: GET /api/v1/orders/4711?expand=items 200 in 12 ms (client 10.244.1.17, request 7d1f3c1e)";
    private const int Items = 50;

    private readonly List<Wire.DeploymentObjectReport> _items =
        [.. Enumerable.Range(0, Items).Select(n => SampleReports.Of(Guid.NewGuid(), n, variant: 0))];
    private readonly HealthEvaluator _rules = new(new());
    private byte[] _pod = [];
    private Assignment? _target;
    private ClusterSnapshot? _snapshot;
    private DateTimeOffset _now;

    [GlobalSetup]
    public void Prepare()
    {
        var recording = new ClusterRecording();
        _pod = JsonSerializer.SerializeToUtf8Bytes(recording.Pod(0, 0));
        var deployment = Read<Workload>(recording.Deployment(0), "apps/v1", "Deployment");
        KubeObject[] objects =
        [
            deployment, Read<Workload>(recording.ReplicaSet(0), "apps/v1", "ReplicaSet"),
            .. Enumerable.Range(0, ClusterRecording.PodsPerDeployment).Select(p => Read<Pod>(recording.Pod(0, p), "v1", "Pod")),
        ];
        _snapshot = new(objects, []);
        _now = deployment.Metadata.CreationTimestamp!.Value + TimeSpan.FromHours(1);
        var manifest = $"{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: app-0, namespace: {ClusterRecording.Namespace}}}, "
            + $"spec: {{replicas: {ClusterRecording.PodsPerDeployment}}}}}";
        _target = new(new(Guid.NewGuid(), "app-0", deployment.Metadata.CreationTimestamp.Value, ManifestReader.Read(manifest)), null);
    }

    /// <summary>The agent, of each deployment object that something changed of.</summary>
    [Benchmark(Description = "rules: judge a Deployment with 10 pods")]
    public object Judge() => _rules.Evaluate(_target!, [], _snapshot!, _now);

    /// <summary>The agent, of each pod of a list and of each change of one.</summary>
    [Benchmark(Description = "projection: read a pod from JSON")]
    public object? Project() => JsonSerializer.Deserialize(_pod, ClusterJson.Default.Pod);

    /// <summary>Agent and broker, of each text from a cluster.</summary>
    [Benchmark(Description = "cleaning: an ordinary log line")]
    public string Clean() => TextCleaner.Clean(_line);

    /// <summary>Agent and broker, likewise.</summary>
    [Benchmark(Description = "redaction: an ordinary log line")]
    public string Redact() => Redactor.Redact(_line, new Dictionary<string, int>());

    /// <summary>The broker, of each report before it comes to the database.</summary>
    [Benchmark(Description = "report: clean, check and write out 50 items")]
    public object Check()
    {
        foreach (var item in _items)
            WireCleaner.Clean(item.Summary);
        return ReportCheck.Of(_items, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private static T Read<T>(System.Text.Json.Nodes.JsonObject json, string apiVersion, string kind) where T : KubeObject
    {
        var read = (T)JsonSerializer.Deserialize(json, ClusterJson.Default.GetTypeInfo(typeof(T))!)!;
        (read.ApiVersion, read.Kind) = (apiVersion, kind);
        return read;
    }
}
