using Brokkr.Agent.Diagnostics;
using Brokkr.Agent.Targets;
using Brokkr.Contracts.Manifests;
using Brokkr.Tests.Agent.Watching;
using Brokkr.Tests.DemoCluster;

namespace Brokkr.Tests.Agent.Diagnostics;

/// <summary>Builds and other runs, whose pods have ended when somebody asks why they failed.</summary>
public sealed class RunDiagnosticsTests : IDisposable
{
    private readonly string _recording = Directory.CreateTempSubdirectory("brokkr-run-").FullName;

    public void Dispose() => Directory.Delete(_recording, true);

    [Theory]
    [InlineData("batch/v1", "Job", "", """{"failed":2,"conditions":[{"type":"Failed","status":"True","reason":"BackoffLimitExceeded"}]}""")]
    [InlineData("tekton.dev/v1", "PipelineRun", "TaskRun", """{"conditions":[{"type":"Succeeded","status":"False","reason":"Failed"}]}""")]
    [InlineData("argoproj.io/v1alpha1", "Workflow", "", """{"phase":"Failed"}""")]
    public async Task A_run_that_failed_brings_the_logs_of_its_pods_that_ended_the_newest_first(string apiVersion, string kind, string through, string status)
    {
        Record(apiVersion, kind, "build", null, status);
        if (through.Length > 0)
            Record(apiVersion, through, "build-test", (kind, "build"), """{"conditions":[{"type":"Succeeded","status":"False","reason":"Failed"}]}""");
        var owner = through.Length > 0 ? (through, "build-test") : (kind, "build");
        RecordPod("a-first", "10:00", "Failed", owner);
        RecordPod("b-second", "10:05", "Failed", owner);
        RecordPod("c-fetch", "10:09", "Succeeded", owner);
        var manifest = $$$"""{"apiVersion":"{{{apiVersion}}}","kind":"{{{kind}}}","metadata":{"name":"build","namespace":"prod"}}""";
        await using var cluster = await RunningCluster.StartAsync(new() { ObjectsDirectory = _recording });
        await using var watched = await WatchingAgent.StartAsync(cluster, manifest);
        await watched.KnowsEverythingAsync();
        var target = new DeploymentTarget(Guid.NewGuid(), "build", Build.Start, ManifestReader.Read(manifest));
        await watched.BecomesAsync(() => Attribution.Of(target, watched.State.Snapshot()).Pods.Count == 3, "its pods are found");
        var collector = new DiagnosticCollector(new(watched.Client), watched.State, new(), watched.Options.Cluster, watched.Options.Diagnostics,
            Build.ShippedRules, TimeProvider.System);

        var result = await collector.CollectAsync(new(target, null), TimeSpan.FromSeconds(60), CancellationToken.None);

        result.Findings.Should().NotBeEmpty().And.Contain(f => f.Kind == kind && f.Name == "build");
        result.PodStatuses.Select(p => p.Name).Should().Equal("b-second", "a-first", "c-fetch");
        result.LogTails.Select(l => $"{l.Key}: {l.Value.Values[0].StringValue}").Should().BeEquivalentTo(
            "a-first/main: said by a-first", "b-second/main: said by b-second", "c-fetch/main: said by c-fetch");
    }

    [Fact]
    public void What_is_too_much_goes_from_the_end_and_what_ended_well_first()
    {
        var result = new Wire.SubmitResultRequest();
        foreach (var (name, phase) in new[] { ("new", "Failed"), ("old", "Failed"), ("well", "Succeeded") })
        {
            var container = new Wire.ContainerStatus { Name = "main" };
            result.PodStatuses.Add(new Wire.PodStatus { Name = name, Namespace = "prod", Phase = phase, ContainerStatuses = { container } });
            result.LogTails.Add($"{name}/main", new() { Values = { Google.Protobuf.WellKnownTypes.Value.ForString(new string('x', 1000)) } });
        }

        ResultBound.Apply(result, 1800);

        result.LogTails.Keys.Should().Equal("new/main");
    }

    private void Record(string apiVersion, string kind, string name, (string Kind, string Name)? owner, string status) => Write($"{kind}.{name}",
        $$"""{"apiVersion":"{{apiVersion}}","kind":"{{kind}}","metadata":{{Meta(name, "09:59", owner)}},"spec":{},"status":{{status}}}""");

    private void RecordPod(string name, string at, string phase, (string Kind, string Name) owner)
    {
        var exitCode = phase == "Failed" ? 1 : 0;
        Write($"Pod.{name}", $$$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{{{{Meta(name, at, owner)}}}},
             "spec":{"nodeName":"node1","restartPolicy":"Never","containers":[{"name":"main","image":"build:1"}]},
             "status":{"phase":"{{{{phase}}}}","containerStatuses":[{"name":"main","image":"build:1","imageID":"","ready":false,"restartCount":0,
               "state":{"terminated":{"exitCode":{{{{exitCode}}}},"reason":"Error","finishedAt":"2026-11-29T10:10:00Z"}}}]}}
            """);
        var logs = Directory.CreateDirectory(Path.Combine(_recording, "logs")).FullName;
        File.WriteAllText(Path.Combine(logs, $"{name}.main.log"), $"said by {name}\n");
    }

    private static string Meta(string name, string at, (string Kind, string Name)? owner)
    {
        var owners = owner is { } o
            ? $$""","ownerReferences":[{"apiVersion":"any/v1","kind":"{{o.Kind}}","name":"{{o.Name}}","uid":"uid-{{o.Name}}","controller":true}]"""
            : "";
        return $$"""{"name":"{{name}}","namespace":"prod","uid":"uid-{{name}}","creationTimestamp":"2026-11-29T{{at}}:00Z"{{owners}}}""";
    }

    private void Write(string file, string json) =>
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_recording, "objects")).FullName, $"{file}.json"), json);
}
