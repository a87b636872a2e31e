using Brokkr.Agent.Cluster;
using Brokkr.DemoCluster.Api;
using Brokkr.Tests.DemoCluster;

namespace Brokkr.Tests.Agent.Cluster;

/// <summary>Tokens expire; new ones are found where the old ones were.</summary>
public class CredentialTests
{
    [Fact]
    public async Task A_token_that_is_replaced_in_the_kubeconfig_is_used_without_a_restart()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Token = "second" });
        await using var watched = new Watching(cluster.Url, "first");
        await watched.Watcher.StartAsync(CancellationToken.None);
        await watched.BecomesAsync(() => watched.Access("", "Pod") == KindAccess.Unavailable, "the expired token is refused");
        watched.State.Snapshot().Readability("", "Pod").Message.Should().Be("Unauthorized");

        DemoKubeconfig.Write(watched.Kubeconfig, cluster.Url, "second");

        await watched.BecomesAsync(() => watched.State.Counts().All(c => c.Access == KindAccess.Readable), "the new token is used");
    }

    [Fact]
    public async Task A_token_file_that_is_replaced_is_used_without_a_restart()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Token = "second" });
        await using var watched = new Watching(cluster.Url, "first");
        var tokenFile = watched.Kubeconfig + ".token";
        await File.WriteAllTextAsync(tokenFile, "first");
        await File.WriteAllTextAsync(
            watched.Kubeconfig, (await File.ReadAllTextAsync(watched.Kubeconfig)).Replace("token: \"first\"", $"tokenFile: \"{tokenFile}\"", StringComparison.Ordinal));
        await watched.Watcher.StartAsync(CancellationToken.None);
        await watched.BecomesAsync(() => watched.Access("", "Pod") == KindAccess.Unavailable, "the expired token is refused");

        await File.WriteAllTextAsync(tokenFile, "second");

        await watched.BecomesAsync(() => watched.State.Counts().All(c => c.Access == KindAccess.Readable), "the new token is used");
        File.Delete(tokenFile);
    }

    [Fact]
    public async Task A_kubeconfig_that_is_half_written_changes_nothing()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Token = "second" });
        await using var watched = new Watching(cluster.Url, "first");
        await watched.Watcher.StartAsync(CancellationToken.None);
        await File.WriteAllTextAsync(watched.Kubeconfig, "clusters: [{");
        await watched.BecomesAsync(() => watched.Access("", "Pod") == KindAccess.Unavailable, "the expired token is refused");

        DemoKubeconfig.Write(watched.Kubeconfig, cluster.Url, "second");

        await watched.BecomesAsync(() => watched.Access("", "Pod") == KindAccess.Readable, "the new token is used");
    }
}
