using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Contracts.Configuration;
using Brokkr.DemoCluster.Api;
using Brokkr.Tests.Agent.Watching;
using Brokkr.Tests.DemoCluster;

namespace Brokkr.Tests.Agent.Cluster.Connection;

/// <summary>Tokens expire; new ones are found where the old ones were.</summary>
public class CredentialTests
{
    [Fact]
    public async Task A_token_that_is_replaced_in_the_kubeconfig_is_used_without_a_restart()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Token = "second" });
        await using var watched = new WatchingAgent(cluster.Url, "first");
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
        await using var watched = new WatchingAgent(cluster.Url, "first");
        var tokenFile = watched.Kubeconfig + ".token";
        await File.WriteAllTextAsync(tokenFile, "first");
        await File.WriteAllTextAsync(
            watched.Kubeconfig, (await File.ReadAllTextAsync(watched.Kubeconfig))
            .Replace("token: \"first\"", $"tokenFile: \"{tokenFile}\"", StringComparison.Ordinal));
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
        await using var watched = new WatchingAgent(cluster.Url, "first");
        await watched.Watcher.StartAsync(CancellationToken.None);
        await File.WriteAllTextAsync(watched.Kubeconfig, "clusters: [{");
        await watched.BecomesAsync(() => watched.Access("", "Pod") == KindAccess.Unavailable, "the expired token is refused");

        DemoKubeconfig.Write(watched.Kubeconfig, cluster.Url, "second");

        await watched.BecomesAsync(() => watched.Access("", "Pod") == KindAccess.Readable, "the new token is used");
    }

    [Fact]
    public async Task A_program_that_the_kubeconfig_names_gives_the_token()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Token = "of-the-program" });
        await using var watched = new WatchingAgent(cluster.Url, "another");
        WriteWithTokenProgram(watched.Kubeconfig, cluster.Url, "of-the-program");

        await watched.Watcher.StartAsync(CancellationToken.None);

        await watched.BecomesAsync(() => watched.Access("", "Pod") == KindAccess.Readable, "the program's token is used");
    }

    [Fact]
    public void What_is_wrong_with_a_kubeconfig_is_one_line()
    {
        var kubeconfig = Path.GetTempFileName();
        File.WriteAllText(kubeconfig, DemoKubeconfig.Text("http://127.0.0.1:1", "x")
            .Replace("token: \"x\"", "exec: {apiVersion: client.authentication.k8s.io/v1, command: echo, args: [no-json]}", StringComparison.Ordinal));

        FluentActions.Invoking(() => KubeConfiguration.Open(new() { Kubeconfig = kubeconfig })).Should().Throw<ConfigurationException>()
            .WithMessage($"agent.kubeconfig ({kubeconfig}) cannot be used: external exec failed*").Which.Message.Should().NotContain("\n");
        File.Delete(kubeconfig);
    }

    /// <summary>Writes a kubeconfig whose user's token a program prints.</summary>
    internal static void WriteWithTokenProgram(string kubeconfig, string serverUrl, string token)
    {
        var credential = kubeconfig + ".credential";
        File.WriteAllText(credential, $$$"""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{{token}}}"}}""");
        File.WriteAllText(kubeconfig, DemoKubeconfig.Text(serverUrl, "x").Replace(
            "token: \"x\"", $"exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: cat, args: ['{credential}']}}",
            StringComparison.Ordinal));
    }
}
