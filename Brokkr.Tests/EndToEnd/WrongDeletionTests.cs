using System.Text.Json.Nodes;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Documentation;
using Brokkr.Tests.Processes;
using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.EndToEnd;

/// <summary>Mistakes at the broker that would empty a cluster.</summary>
public sealed class WrongDeletionTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string Applied = "/api/v1/namespaces/prod/configmaps?labelSelector=brokkr.io/stack";

    [Fact]
    public async Task A_target_that_was_removed_by_mistake_takes_nothing_away_and_can_be_put_back()
    {
        await using var cluster = await StartAsync(broker, 12);
        using var http = cluster.Client();
        var uids = await UidsAsync(http, 12);
        var target = $"/api/v1/agents/{cluster.AgentId}/targets";

        (await broker.RestAsync(HttpMethod.Delete, $"{target}/{cluster.StackOf("web")}", broker.AdminPak)).Status.Should().Be(200);
        var held = await HeldAsync(broker, cluster, h => h is not null);

        ((int)held!["count"]!).Should().Be(12);
        (await UidsAsync(http, 12)).Should().BeEquivalentTo(uids);
        await broker.RestAsync(HttpMethod.Post, target, broker.AdminPak, $$"""{"stack_id":"{{cluster.StackOf("web")}}"}""");
        await HeldAsync(broker, cluster, h => h is null);
        (await UidsAsync(http, 12)).Should().BeEquivalentTo(uids, "nothing was made anew");
    }

    [Fact]
    public async Task What_was_meant_so_goes_when_an_admin_says_so()
    {
        await using var cluster = await StartAsync(broker, 12);
        using var http = cluster.Client();
        await UidsAsync(http, 12);

        await cluster.DeleteStackAsync("web");
        var held = await HeldAsync(broker, cluster, h => h is not null);
        var (status, _) = await broker.RestAsync(
            HttpMethod.Post, $"/api/v1/agents/{cluster.AgentId}/confirm-deletion", broker.AdminPak, $$"""{"number":{{held!["number"]!.ToJsonString()}} }""");

        status.Should().Be(200);
        await UidsAsync(http, 0);
        await HeldAsync(broker, cluster, h => h is null);
    }

    [Fact]
    public async Task A_broker_that_was_put_back_to_an_older_backup_takes_nothing_newer_away()
    {
        await using var first = await BrokerFixture.StartAsync(_ => { });
        var ports = (Http: first.Urls[0].Port, Grpc: first.Urls[1].Port);
        await using var cluster = await StartAsync(first, 1);
        using var http = cluster.Client();
        await UidsAsync(http, 1);
        var backup = await PostgresServer.CreateDatabaseAsync();
        await BackupTests.CopyAsync(first.Options.Database.ConnectionString, backup);
        await cluster.SubmitAsync("web", AConfigMap("one-0", "a: one") + AConfigMap("newer", "a: one"));
        var uids = await UidsAsync(http, 2);

        await first.StopAsync();
        await using var restored = await BrokerFixture.StartAsync(options =>
            (options.Database.ConnectionString, options.HttpPort, options.GrpcPort) = (backup, ports.Http, ports.Grpc));
        var held = await HeldAsync(restored, cluster, h => h is not null, first.AdminPak);

        ((int)held!["count"]!).Should().Be(1, "few as they are, a newer state asked for them");
        (await UidsAsync(http, 2)).Should().BeEquivalentTo(uids);
        (await restored.SqlAsync("SELECT COUNT(*) FROM audit_trail WHERE action = 'hold_deletion'")).Should().Be(1L);
        await restored.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{cluster.StackOf("web")}/deployment-objects", first.AdminPak,
            new JsonObject { ["name"] = "web", ["yaml"] = AConfigMap("one-0", "a: one") + AConfigMap("newer", "a: one") }.ToJsonString());
        await HeldAsync(restored, cluster, h => h is null, first.AdminPak);
        (await UidsAsync(http, 2)).Should().BeEquivalentTo(uids);
    }

    private static Task<WatchedCluster> StartAsync(BrokerFixture broker, int objects) => WatchedCluster.StartAsync(broker, "apply",
        new Dictionary<string, string> { ["web"] = string.Concat(Enumerable.Range(0, objects).Select(i => AConfigMap($"one-{i}", "a: one"))) });

    private static async Task<IReadOnlyList<string>> UidsAsync(HttpClient http, int count)
    {
        IReadOnlyList<string> uids = [];
        await Eventually.IsAsync($"{count} objects are there", async () =>
        {
            var list = JsonNode.Parse(await http.GetStringAsync(Applied))!;
            uids = [.. list["items"]!.AsArray().Select(i => (string)i!["metadata"]!["uid"]!)];
            return uids.Count == count;
        });
        return uids;
    }

    /// <summary>Waits until what the agent holds back is as it should be, and answers it.</summary>
    private static async Task<JsonNode?> HeldAsync(BrokerFixture broker, WatchedCluster cluster, Func<JsonNode?, bool> isSo, string? pak = null)
    {
        JsonNode? held = null;
        await Eventually.IsAsync("the agent says so", async () =>
        {
            held = (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{cluster.AgentId}", pak ?? broker.AdminPak)).Body["deletion_held"];
            return isSo(held);
        });
        return held;
    }
}
