using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.DemoCluster;

public class ListTests(DemoClusterFixture fixture) : IClassFixture<DemoClusterFixture>
{
    [Fact]
    public async Task Pages_together_show_every_object_once_in_order()
    {
        var names = new List<string>();
        var token = "";
        do
        {
            var page = await fixture.Cluster.GetAsync($"/api/v1/pods?limit=5&continue={token}");
            names.AddRange(Names(page));
            token = page["metadata"]!["continue"]?.ToString() ?? "";
        }
        while (token.Length > 0);

        names.Should().HaveCount(24).And.OnlyHaveUniqueItems().And.BeInAscendingOrder(StringComparer.Ordinal);
        names.Should().Equal(Names(await fixture.Cluster.GetAsync("/api/v1/pods")));
    }

    [Fact]
    public async Task A_later_page_shows_the_objects_as_they_were_at_the_first()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var first = await cluster.GetAsync("/api/v1/namespaces/prod/pods?limit=20");
        (await cluster.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/prod/pods/web-659dbfd8fc-wxhb8")).EnsureSuccessStatusCode();

        var second = await cluster.GetAsync($"/api/v1/namespaces/prod/pods?limit=20&continue={first["metadata"]!["continue"]}");

        Names(second).Should().HaveCount(4).And.Contain("web-659dbfd8fc-wxhb8");
        second["metadata"]!["resourceVersion"]!.ToString().Should().Be(first["metadata"]!["resourceVersion"]!.ToString());
        Names(await cluster.GetAsync("/api/v1/namespaces/prod/pods")).Should().HaveCount(23);
    }

    [Fact]
    public async Task An_old_continue_token_expires_and_its_replacement_goes_on()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var cluster = await RunningCluster.StartAsync(new() { Clock = clock, ContinueTokenLifetime = TimeSpan.FromMinutes(5) });
        var first = await cluster.GetAsync("/api/v1/namespaces/prod/pods?limit=20");
        var path = $"/api/v1/namespaces/prod/pods?continue={first["metadata"]!["continue"]}";
        Names(await cluster.GetAsync(path)).Should().HaveCount(4);
        clock.Advance(TimeSpan.FromMinutes(5));

        using var expired = await cluster.Client.GetAsync(path);

        ((int)expired.StatusCode).Should().Be(410);
        var fresh = JsonNode.Parse(await expired.Content.ReadAsStringAsync())!["metadata"]!["continue"]!;
        Names(await cluster.GetAsync($"/api/v1/namespaces/prod/pods?continue={fresh}")).Should().HaveCount(4);
    }

    [Fact]
    public async Task The_next_continued_list_can_be_told_to_expire()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var token = (await cluster.GetAsync("/api/v1/pods?limit=2"))["metadata"]!["continue"];
        cluster.Faults.ExpireContinues(1);

        using var refused = await cluster.Client.GetAsync($"/api/v1/pods?limit=2&continue={token}");
        using var accepted = await cluster.Client.GetAsync($"/api/v1/pods?limit=2&continue={token}");

        ((int)refused.StatusCode).Should().Be(410);
        ((int)accepted.StatusCode).Should().Be(200);
    }

    [Theory]
    [InlineData("equality", "app=web", 2)]
    [InlineData("double equality", "app==web", 2)]
    [InlineData("inequality, absent labels count", "app!=web", 22)]
    [InlineData("set", "app in (web, crash)", 3)]
    [InlineData("not in set", "app notin (web,crash)", 21)]
    [InlineData("existence", "job-name", 6)]
    [InlineData("absence", "!job-name", 18)]
    [InlineData("all of several", "app in (web,crash),pod-template-hash=659dbfd8fc", 2)]
    [InlineData("a key with a prefix", "batch.kubernetes.io/job-name=import-ok", 1)]
    [InlineData("nothing", "", 24)]
    public async Task Labels_select(string because, string selector, int expected)
    {
        var pods = await fixture.Cluster.GetAsync($"/api/v1/namespaces/prod/pods?labelSelector={Uri.EscapeDataString(selector)}");

        Names(pods).Should().HaveCount(expected, because);
    }

    [Theory]
    [InlineData("/api/v1/pods", "metadata.name=noisy", 1)]
    [InlineData("/api/v1/pods", "metadata.namespace=elsewhere", 0)]
    [InlineData("/api/v1/pods", "status.phase=Failed,metadata.namespace=prod", 2)]
    [InlineData("/api/v1/pods", "status.phase!=Running,status.phase!=Pending", 6)]
    [InlineData("/api/v1/pods", "spec.nodeName=", 2)]
    [InlineData("/api/v1/nodes", "spec.unschedulable=false", 1)]
    [InlineData("/api/v1/secrets", "type=Opaque", 1)]
    [InlineData("/api/v1/events", "involvedObject.name=db-0,involvedObject.kind=Pod,reason=FailedScheduling,type=Warning", 2)]
    [InlineData("/apis/events.k8s.io/v1/events", "regarding.name=db-0,regarding.kind=Pod", 2)]
    [InlineData("/apis/apps/v1/deployments", "metadata.name=web", 1)]
    public async Task Fields_select(string path, string selector, int expected)
    {
        var found = await fixture.Cluster.GetAsync($"{path}?fieldSelector={Uri.EscapeDataString(selector)}");

        Names(found).Should().HaveCount(expected, selector);
    }

    [Theory]
    [InlineData("/api/v1/pods?fieldSelector=spec.color%3Dred", "field label not supported: spec.color")]
    [InlineData("/apis/apps/v1/deployments?fieldSelector=status.phase%3DFailed",
        "\"status.phase\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")]
    [InlineData("/api/v1/pods?fieldSelector=bogus", "invalid selector: 'bogus'; can't understand 'bogus'")]
    [InlineData("/api/v1/pods?labelSelector=a%3Db%3Dc", "unable to parse requirement: *")]
    [InlineData("/api/v1/pods?limit=many", "strconv.ParseInt: parsing \"many\": invalid syntax")]
    [InlineData("/api/v1/pods?watch=1&resourceVersion=soon", "invalid resource version \"soon\"")]
    public async Task What_cannot_be_selected_is_refused(string path, string message)
    {
        using var answer = await fixture.Cluster.Client.GetAsync(path);

        ((int)answer.StatusCode).Should().Be(400);
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.ToString().Should().Match(message);
    }

    [Fact]
    public async Task A_form_that_is_not_spoken_here_is_not_acceptable()
    {
        using var protobuf = await fixture.Cluster.SendAsync(HttpMethod.Get, "/api/v1/pods", accept: "application/vnd.kubernetes.protobuf");
        using var table = await fixture.Cluster
            .SendAsync(HttpMethod.Get, "/api/v1/pods", accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");

        ((int)protobuf.StatusCode).Should().Be(406);
        JsonNode.Parse(await table.Content.ReadAsStringAsync())!["kind"]!.ToString().Should().Be("PodList");
    }

    [Fact]
    public async Task A_single_object_says_its_kind()
    {
        var pod = await fixture.Cluster.GetAsync("/api/v1/namespaces/prod/pods/noisy");

        pod.AsObject().Select(member => member.Key).Should().Equal("kind", "apiVersion", "metadata", "spec", "status");
        pod["kind"]!.ToString().Should().Be("Pod");
    }

    [Fact]
    public async Task Both_groups_show_the_events_as_they_were_recorded()
    {
        foreach (var (path, file) in new[] { ("/api/v1/events", "events.core.json"), ("/apis/events.k8s.io/v1/events", "events.v1.json") })
        {
            var served = (await fixture.Cluster.GetAsync(path))["items"]!.AsArray();
            var recorded =
                JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(RepositoryRoot.Fixtures, "recorded", "objects", file)))!["items"]!.AsArray();

            served.Select(WithoutTimes).Should().Equal(recorded.Select(WithoutTimes));
        }
    }

    private static IEnumerable<string> Names(JsonNode list) => list["items"]!.AsArray().Select(item => item!["metadata"]!["name"]!.ToString());

    private static string WithoutTimes(JsonNode? item) =>
        System.Text.RegularExpressions.Regex.Replace(item!.ToJsonString(), "\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}", "\"");
}
