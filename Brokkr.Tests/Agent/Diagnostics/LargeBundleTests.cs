using System.Text.Json.Nodes;
using Brokkr.Agent.Diagnostics;
using Brokkr.Contracts;
using Brokkr.Contracts.Manifests;
using Brokkr.Tests.Agent.Watching;
using Brokkr.Tests.DemoCluster;

namespace Brokkr.Tests.Agent.Diagnostics;

/// <summary>A deployment object with many pods.</summary>
public sealed class LargeBundleTests : IDisposable
{
    private const int Pods = 50;
    private const string Planted = "hunter2-of-the-status";

    private readonly string _recording = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():N}");

    [Fact]
    public async Task Fifty_pods_of_two_containers_are_gathered_within_ten_seconds_and_a_mebibyte()
    {
        Record();
        await using var cluster = await RunningCluster.StartAsync(new() { ObjectsDirectory = _recording });
        await using var watched = await WatchingAgent.StartAsync(cluster, string.Join("\n---\n", Manifests()));
        await watched.KnowsEverythingAsync();
        var (options, clock) = (watched.Options, TimeProvider.System);
        var collector = new DiagnosticCollector(new(watched.Client), watched.State, new(), options.Cluster, options.Diagnostics, Build.ShippedRules, clock);
        var began = TimeProvider.System.GetTimestamp();

        var result = await collector.CollectAsync(
            new(new(Guid.NewGuid(), "many", Build.Start, ManifestReader.Read(string.Join("\n---\n", Manifests()))), null), TimeSpan.FromSeconds(60),
            CancellationToken.None);

        TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(TimeSpan.FromSeconds(10));
        result.PodStatuses.Should().HaveCount(Pods);
        result.CalculateSize().Should().BeLessThanOrEqualTo(Limits.ResultBytes).And.BeGreaterThan(Limits.ResultBytes / 2);
        result.Completeness.Should().Contain(c => c.Message == "left out to keep the result within its size", "all of it is more than a result may hold");
        result.Completeness.Count(c => c.Query.StartsWith("logs ", StringComparison.Ordinal) && c.Outcome is "ok" or "truncated").Should()
            .BeGreaterThanOrEqualTo(2 * Pods);
        result.Redaction.Counts.Should().ContainKey("secret_value");
        result.ToString().Should().Contain("database refused").And.NotContain(Planted);
    }

    public void Dispose() => Directory.Delete(_recording, true);

    private static IEnumerable<string> Manifests() =>
        Enumerable.Range(0, Pods).Select(i => $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"many-{{{i}}}","namespace":"prod"}}""");

    /// <summary>The pod of the noisy log, many times, with a second container.</summary>
    private void Record()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Fixtures, "recorded"), "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_recording, Path.GetRelativePath(Path.Combine(RepositoryRoot.Fixtures, "recorded"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var path = Path.Combine(_recording, "objects", "pods.json");
        var list = JsonNode.Parse(File.ReadAllText(path))!;
        var noisy = list["items"]!.AsArray().First(p => p!["metadata"]!["name"]!.GetValue<string>() == "noisy")!;
        var noise = File.ReadAllLines(Path.Combine(_recording, "logs", "noisy.app.log")).TakeLast(20).ToList();
        for (var i = 0; i < Pods; i++)
        {
            var pod = noisy.DeepClone();
            (pod["metadata"]!["name"], pod["metadata"]!["uid"]) = ($"many-{i}", Guid.NewGuid().ToString());
            pod["status"]!["message"] = $"database refused, password={Planted}";
            foreach (var containers in new[] { pod["spec"]!["containers"]!.AsArray(), pod["status"]!["containerStatuses"]!.AsArray() })
            {
                var second = containers[0]!.DeepClone();
                second["name"] = "second";
                containers.Add(second);
            }

            list["items"]!.AsArray().Add(pod);
            foreach (var container in (string[])["app", "second"])
                File.WriteAllLines(Path.Combine(_recording, "logs", $"many-{i}.{container}.log"), [.. Enumerable.Repeat(new string('x', 900), 30), .. noise]);
        }

        File.WriteAllText(path, list.ToJsonString());
    }
}
