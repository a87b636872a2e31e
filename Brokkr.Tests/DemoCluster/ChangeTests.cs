using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.DemoCluster;

public class ChangeTests
{
    private const string Web = "/apis/apps/v1/namespaces/prod/deployments/web";
    private const string Flags = "/api/v1/namespaces/prod/configmaps/feature-flags";

    [Fact]
    public async Task A_new_spec_is_a_new_generation_and_a_new_status_is_not()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var before = (await cluster.GetAsync(Web))["metadata"]!;

        var scaled = await cluster.PatchAsync(Web, """{"spec":{"replicas":5}}""", "application/strategic-merge-patch+json");
        var reported = await cluster.PatchAsync($"{Web}/status", """{"spec":{"replicas":9},"status":{"readyReplicas":1}}""");

        scaled["metadata"]!["generation"]!.GetValue<int>().Should().Be(before["generation"]!.GetValue<int>() + 1);
        reported["metadata"]!["generation"]!.GetValue<int>().Should().Be(scaled["metadata"]!["generation"]!.GetValue<int>());
        reported["spec"]!["replicas"]!.GetValue<int>().Should().Be(5);
        reported["status"]!["readyReplicas"]!.GetValue<int>().Should().Be(1);
        VersionOf(reported).Should().BeGreaterThan(VersionOf(scaled)).And
            .BeGreaterThan(long.Parse(before["resourceVersion"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture));
        reported["metadata"]!["uid"]!.ToString().Should().Be(before["uid"]!.ToString());
    }

    [Fact]
    public async Task The_last_runs_of_a_schedule_stay_as_long_ago_as_they_were()
    {
        const string nightly = "/apis/batch/v1/namespaces/prod/cronjobs/nightly";
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await RunningCluster.StartAsync(new() { Clock = clock, KeepsSchedules = true });
        var before = (await cluster.GetAsync(nightly))["status"]!;
        (clock.GetUtcNow() - before["lastScheduleTime"]!.GetValue<DateTimeOffset>()).Should().BeLessThan(TimeSpan.FromMinutes(6),
            "a run every minute is missed after eleven");

        for (var i = 0; i < 90; i++)
            clock.Advance(TimeSpan.FromMinutes(1));

        var after = (await cluster.GetAsync(nightly))["status"]!;
        foreach (var time in new[] { "lastScheduleTime", "lastSuccessfulTime" })
            (after[time]!.GetValue<DateTimeOffset>() - before[time]!.GetValue<DateTimeOffset>()).Should().Be(TimeSpan.FromMinutes(90), time);
    }

    [Fact]
    public async Task A_change_that_changes_nothing_leaves_the_version()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var before = await cluster.GetAsync(Flags);

        var after = await cluster.PatchAsync(Flags, """{"data":{"checkout":"on"}}""");

        after.ToJsonString().Should().Be(before.ToJsonString());
    }

    [Fact]
    public async Task A_json_patch_is_applied_whole_or_not_at_all()
    {
        await using var cluster = await RunningCluster.StartAsync();
        const string type = "application/json-patch+json";

        var patched = await cluster.PatchAsync(Flags,
            """[{"op":"test","path":"/data/checkout","value":"on"},{"op":"add","path":"/data/a~1b","value":"1"},{"op":"remove","path":"/data/checkout"}]""",
            type);
        using var failed =
            await cluster.SendAsync(HttpMethod.Patch, Flags, """[{"op":"remove","path":"/data/a~1b"},{"op":"remove","path":"/data/absent"}]""", type);
        using var wrongShape = await cluster.SendAsync(HttpMethod.Patch, Flags, """{"data":{}}""", type);

        patched["data"]!.ToJsonString().Should().Be("""{"a/b":"1"}""");
        ((int)failed.StatusCode).Should().Be(422);
        ((int)wrongShape.StatusCode).Should().Be(400);
        (await cluster.GetAsync(Flags))["data"]!.ToJsonString().Should().Be("""{"a/b":"1"}""");
    }

    [Fact]
    public async Task A_replacement_needs_the_current_version_when_it_names_one()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var read = await cluster.GetAsync(Flags);
        read["data"]!["checkout"] = "off";

        using var first = await cluster.SendAsync(HttpMethod.Put, Flags, read.ToJsonString());
        using var second = await cluster.SendAsync(HttpMethod.Put, Flags, read.ToJsonString());

        ((int)first.StatusCode).Should().Be(200);
        ((int)second.StatusCode).Should().Be(409);
        JsonNode.Parse(await second.Content.ReadAsStringAsync())!["message"]!.ToString().Should()
            .StartWith("Operation cannot be fulfilled on configmaps \"feature-flags\":");
    }

    [Fact]
    public async Task A_created_object_gets_what_a_server_gives_and_cannot_be_created_again()
    {
        await using var cluster = await RunningCluster.StartAsync();
        const string body = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"late"},"spec":{"replicas":1}}""";
        const string path = "/apis/apps/v1/namespaces/prod/deployments";

        using var first = await cluster.SendAsync(HttpMethod.Post, path, body);
        using var second = await cluster.SendAsync(HttpMethod.Post, path, body);

        var created = JsonNode.Parse(await first.Content.ReadAsStringAsync())!;
        ((int)first.StatusCode).Should().Be(201);
        created["metadata"]!.AsObject().Select(m => m.Key).Should().Contain(["name", "namespace", "uid", "creationTimestamp", "generation", "resourceVersion"]);
        ((int)second.StatusCode).Should().Be(409);
        JsonNode.Parse(await second.Content.ReadAsStringAsync())!["message"]!.ToString().Should().Be("deployments.apps \"late\" already exists");
        (await cluster.GetAsync($"{path}/late")).ToJsonString().Should().Be(created.ToJsonString());
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        await using var cluster = await RunningCluster.StartAsync();

        var answer = await cluster.PatchAsync($"{Flags}?dryRun=All", """{"data":{"checkout":"off"}}""");
        (await cluster.SendAsync(HttpMethod.Delete, $"{Flags}?dryRun=All")).EnsureSuccessStatusCode();

        answer["data"]!["checkout"]!.ToString().Should().Be("off");
        (await cluster.GetAsync(Flags))["data"]!["checkout"]!.ToString().Should().Be("on");
    }

    [Fact]
    public async Task Deleting_an_owner_deletes_what_it_owned()
    {
        await using var cluster = await RunningCluster.StartAsync();

        (await cluster.SendAsync(HttpMethod.Delete, Web)).EnsureSuccessStatusCode();

        var left = new List<string>();
        foreach (var path in new[] { "/apis/apps/v1/replicasets", "/api/v1/pods" })
            left.AddRange((await cluster.GetAsync(path))["items"]!.AsArray().Select(i => i!["metadata"]!["name"]!.ToString()));
        left.Should().NotContain(name => name.StartsWith("web-")).And.HaveCount(9 + 22);
    }

    [Fact]
    public async Task An_event_made_in_one_group_is_seen_in_the_other()
    {
        await using var cluster = await RunningCluster.StartAsync();
        using var created = await cluster.SendAsync(
            HttpMethod.Post,
            "/apis/events.k8s.io/v1/namespaces/prod/events",
            """{"metadata":{"name":"late.1"},"regarding":{"kind":"Pod","name":"noisy"},"note":"hello","reason":"Greeted","type":"Normal"}""");

        created.EnsureSuccessStatusCode();
        var core = await cluster.GetAsync("/api/v1/namespaces/prod/events/late.1");
        core["message"]!.ToString().Should().Be("hello");
        core["involvedObject"]!["name"]!.ToString().Should().Be("noisy");
    }

    [Theory]
    [InlineData("patch without type", "PATCH", Flags, "{}", "application/json", 415)]
    [InlineData("yaml", "POST", "/api/v1/namespaces/prod/configmaps", "a: b", "application/yaml", 415)]
    [InlineData("no JSON", "POST", "/api/v1/namespaces/prod/configmaps", "{", "application/json", 400)]
    [InlineData("doubled member", "POST", "/api/v1/namespaces/prod/configmaps", """{"metadata":{"name":"a","name":"b"}}""", "application/json", 400)]
    [InlineData("no name", "POST", "/api/v1/namespaces/prod/configmaps", """{"metadata":{}}""", "application/json", 422)]
    [InlineData("another kind", "POST", "/api/v1/namespaces/prod/configmaps", """{"kind":"Pod","metadata":{"name":"a"}}""", "application/json", 400)]
    [InlineData("another name", "PUT", Flags, """{"metadata":{"name":"a"}}""", "application/json", 400)]
    [InlineData("absent", "PATCH", "/api/v1/namespaces/prod/configmaps/absent", "{}", "application/merge-patch+json", 404)]
    [InlineData("no namespace", "POST", "/api/v1/configmaps", """{"metadata":{"name":"a"}}""", "application/json", 405)]
    [InlineData("kind that cannot be listed", "GET", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", null, "", 405)]
    [InlineData("subresource that is not served", "GET", Web + "/scale", null, "", 404)]
    public async Task What_cannot_be_done_is_refused(string because, string method, string path, string? body, string type, int status)
    {
        await using var cluster = await RunningCluster.StartAsync();

        using var answer = await cluster.SendAsync(new(method), path, body, type);

        ((int)answer.StatusCode).Should().Be(status, because);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["kind"]!.ToString().Should().Be("Status", because);
    }

    private static long VersionOf(JsonNode json) =>
        long.Parse(json["metadata"]!["resourceVersion"]!.ToString(), System.Globalization.CultureInfo.InvariantCulture);
}
