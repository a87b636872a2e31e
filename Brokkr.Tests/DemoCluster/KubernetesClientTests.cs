using Brokkr.DemoCluster.Api;
using k8s;
using k8s.Models;

namespace Brokkr.Tests.DemoCluster;

/// <summary>The library that the agent uses, through the kubeconfig that the server writes.</summary>
public sealed class KubernetesClientTests : IDisposable
{
    private readonly string _kubeconfig = Path.Combine(Path.GetTempPath(), $"brokkr-{Guid.NewGuid():n}.yaml");

    public void Dispose() => File.Delete(_kubeconfig);

    [Fact]
    public async Task The_client_library_lists_watches_and_reads_logs()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Token = "secret-token" });
        DemoKubeconfig.Write(_kubeconfig, cluster.Url, "secret-token");
        using var client = new Kubernetes(KubernetesClientConfiguration.BuildConfigFromConfigFile(_kubeconfig));

        var page = await client.CoreV1.ListPodForAllNamespacesAsync(limit: 10);
        var rest = await client.CoreV1.ListPodForAllNamespacesAsync(continueParameter: page.Metadata.ContinueProperty);
        (page.Items.Count + rest.Items.Count).Should().Be(24);

        await using var watch = client.CoreV1.WatchListPodForAllNamespacesAsync(resourceVersion: rest.Metadata.ResourceVersion, allowWatchBookmarks: true)
            .GetAsyncEnumerator();
        await client.CoreV1.PatchNamespacedPodAsync(new V1Patch("""{"metadata":{"labels":{"seen":"yes"}}}""", V1Patch.PatchType.MergePatch), "noisy", "prod");
        (await watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10))).Should().BeTrue();
        watch.Current.Item1.Should().Be(WatchEventType.Modified);
        watch.Current.Item2.Metadata.Labels["seen"].Should().Be("yes");

        using var log = new StreamReader(await client.CoreV1.ReadNamespacedPodLogAsync("crash-7b59ffffd-f6jsd", "prod", previous: true, tailLines: 5));
        (await log.ReadToEndAsync()).Should().Contain("Error connecting to database");
    }

    [Fact]
    public void The_kubeconfig_is_for_its_owner_alone()
    {
        DemoKubeconfig.Write(_kubeconfig, "http://127.0.0.1:1", "secret-token");

        File.GetUnixFileMode(_kubeconfig).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
