using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Brokkr.Tests.DemoCluster;

/// <summary>Each recorded exchange, asked again.</summary>
public class RecordedAnswersTests(DemoClusterFixture fixture) : IClassFixture<DemoClusterFixture>
{
    [Theory]
    [InlineData("api-v1-discovery.http")]
    [InlineData("apis-aggregated-discovery.http")]
    [InlineData("apis-apps-v1-discovery.http")]
    [InlineData("log-no-container.http")]
    [InlineData("log-no-previous.http")]
    [InlineData("log-previous.http")]
    [InlineData("log-previous-gone.http")]
    [InlineData("log-unscheduled.http")]
    [InlineData("log-waiting.http")]
    [InlineData("log-wrong-container.http")]
    [InlineData("not-found.http")]
    [InlineData("pods-bad-continue.http")]
    [InlineData("pods-expired-continue.http")]
    [InlineData("readyz.http")]
    [InlineData("selfsubjectrulesreview.http")]
    [InlineData("unknown-kind.http")]
    [InlineData("version.http")]
    public async Task The_answer_is_the_recorded_one_to_the_byte(string name)
    {
        var recorded = RunningCluster.Recorded(name);

        using var answer = await AskAgainAsync(name);

        ((int)answer.StatusCode).Should().Be(recorded.Status);
        Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()).TrimEnd('\n').Should().Be(Encoding.UTF8.GetString(recorded.Body).TrimEnd('\n'));
        foreach (var header in recorded.Headers.Where(h => h.Key is not "etag"))
            HeaderOf(answer, header.Key).Should().Be(header.Value, header.Key);
    }

    [Theory]
    [InlineData("pods-page-1.http")]
    [InlineData("pods-metadata-only.http")]
    [InlineData("secret-metadata-only.http")]
    [InlineData("pods-field-selector.http")]
    [InlineData("events-for-pod.http")]
    public async Task The_answer_has_the_recorded_shape_and_objects(string name)
    {
        var recorded = JsonNode.Parse(RunningCluster.Recorded(name).Body)!;

        using var answer = await AskAgainAsync(name);

        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        HeaderOf(answer, "content-type").Should().Be("application/json");
        Outline(json).Should().Equal(Outline(recorded));
    }

    [Fact]
    public async Task A_deletion_is_answered_as_recorded()
    {
        await using var cluster = await RunningCluster.StartAsync();
        using var created =
            await cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces/prod/configmaps", """{"metadata":{"name":"applied"},"data":{"a":"1"}}""");
        created.StatusCode.Should().Be(System.Net.HttpStatusCode.Created);
        var uid = JsonNode.Parse(await created.Content.ReadAsStringAsync())!["metadata"]!["uid"]!.ToString();

        using var deleted = await cluster.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/prod/configmaps/applied");

        var expected = JsonNode.Parse(RunningCluster.Recorded("delete-background.http").Body)!;
        expected["details"]!["uid"] = uid;
        JsonNode.Parse(await deleted.Content.ReadAsStringAsync())!.ToJsonString().Should().Be(expected.ToJsonString());
    }

    [Fact]
    public async Task Applying_trying_and_conflicts_are_answered_as_recorded()
    {
        const string path = "/api/v1/namespaces/prod/configmaps/applied?fieldManager=";
        const string body = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied}\ndata: {a: \"1\"}\n";
        await using var cluster = await RunningCluster.StartAsync();

        await IsAsRecordedAsync("apply-created.http", path + "brokkr-agent", body);
        await IsAsRecordedAsync("apply-dry-run.http", path + "brokkr-agent&dryRun=All", body.Replace("\"1\"", "\"2\"", StringComparison.Ordinal));
        await IsAsRecordedAsync("apply-conflict.http", path + "someone-else", body.Replace("\"1\"", "\"3\"", StringComparison.Ordinal));
        await IsAsRecordedAsync("apply-invalid.http", "/apis/apps/v1/namespaces/prod/deployments/broken?fieldManager=brokkr-agent",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: broken}\nspec: {replicas: \"three\"}\n");
        (await cluster.GetAsync("/api/v1/namespaces/prod/configmaps/applied"))["data"]!["a"]!.ToString().Should().Be("1");

        async Task IsAsRecordedAsync(string name, string asked, string yaml)
        {
            var recorded = RunningCluster.Recorded(name);
            using var answer = await cluster.SendAsync(HttpMethod.Patch, asked, yaml, "application/apply-patch+yaml");
            var (given, expected) = (JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, JsonNode.Parse(recorded.Body)!);
            ((int)answer.StatusCode).Should().Be(recorded.Status);
            foreach (var metadata in new[] { given["metadata"]!, expected["metadata"]! })
            {
                foreach (var field in (string[])["uid", "resourceVersion", "creationTimestamp"])
                    metadata.AsObject().Remove(field);
                metadata["managedFields"]?[0]!.AsObject().Remove("time");
            }

            JsonNode.DeepEquals(given, expected).Should().BeTrue(given.ToJsonString());
        }
    }

    [Fact]
    public async Task A_wrong_token_is_refused_as_recorded()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Token = "right" });
        cluster.Client.DefaultRequestHeaders.UserAgent.ParseAdd("curl/8.0");
        using var nobody = await cluster.Client.GetAsync("/api/v1/pods");
        cluster.Client.DefaultRequestHeaders.Authorization = new("Bearer", "wrong");
        using var wrong = await cluster.Client.GetAsync("/api/v1/pods");
        cluster.Client.DefaultRequestHeaders.Authorization = new("Bearer", "right");
        using var right = await cluster.Client.GetAsync("/api/v1/pods");

        foreach (var refused in new[] { nobody, wrong })
        {
            refused.StatusCode.Should().Be(System.Net.HttpStatusCode.Unauthorized);
            (await refused.Content.ReadAsByteArrayAsync()).Should().Equal(RunningCluster.Recorded("unauthorized.http").Body);
        }
        right.StatusCode.Should().Be(System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_denied_kind_is_refused_as_recorded()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Deny("pods");
        using var answer = await cluster.Client.GetAsync("/api/v1/namespaces/prod/pods");

        var expected = Encoding.UTF8.GetString(RunningCluster.Recorded("forbidden.http").Body)
            .Replace("prod:reader", "brokkr:brokkr-agent", StringComparison.Ordinal);
        ((int)answer.StatusCode).Should().Be(403);
        HeaderOf(answer, "x-content-type-options").Should().Be("nosniff");
        JsonNode.DeepEquals(JsonNode.Parse(await answer.Content.ReadAsStringAsync()), JsonNode.Parse(expected)).Should().BeTrue();
    }

    [Fact]
    public async Task Log_bytes_are_limited_as_recorded()
    {
        var recorded = RunningCluster.Recorded("log-limit-bytes.http");

        using var answer = await AskAgainAsync("log-limit-bytes.http");

        (await answer.Content.ReadAsByteArrayAsync()).Length.Should().Be(200).And.Be(recorded.Body.Length);
        HeaderOf(answer, "content-type").Should().Be("text/plain");
    }

    [Fact]
    public async Task Unchanged_discovery_is_not_sent_again()
    {
        using var first = await AskAgainAsync("apis-aggregated-discovery.http");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/apis") { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        request.Headers.TryAddWithoutValidation("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");

        using var second = await fixture.Cluster.Client.SendAsync(request);

        ((int)second.StatusCode).Should().Be(304);
    }

    /// <summary>Sends the recorded request as curl did.</summary>
    private async Task<HttpResponseMessage> AskAgainAsync(string name)
    {
        var lines = RunningCluster.Recorded(name).Request.Split('\n').Select(line => line.TrimStart('#', ' ')).ToList();
        var words = lines[0].Split(' ');
        using var request = new HttpRequestMessage(new(words[0]), words[1]);
        request.Headers.UserAgent.ParseAdd("curl/8.0");
        foreach (var header in lines.Skip(1).Select(line => line.Split(": ", 2)))
        {
            if (header[0] == "Content-Type")
                request.Content = new StringContent("{}", Encoding.UTF8, new MediaTypeHeaderValue(header[1]));
            else
                request.Headers.TryAddWithoutValidation(header[0], header[1]);
        }
        return await fixture.Cluster.Client.SendAsync(request);
    }

    private static string? HeaderOf(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? values.ToString()
            : null;

    /// <summary>What does not change between two recordings: names of members, kinds, names, counts; continue tokens decoded.</summary>
    private static List<string> Outline(JsonNode json)
    {
        var lines = new List<string> { string.Join(',', json.AsObject().Select(m => m.Key)), $"{json["kind"]} {json["apiVersion"]}" };
        lines.Add(string.Join(',', json["metadata"]!.AsObject().Select(m => m.Key)));
        lines.Add($"{json["metadata"]!["name"]} {json["metadata"]!["remainingItemCount"]}");
        if (json["metadata"]!["continue"]?.ToString() is { } token)
            lines.Add(System.Buffers.Text.Base64Url.DecodeFromChars(token) is var bytes ? JsonNode.Parse(bytes)!["start"]!.ToString().TrimStart('/') : "");
        foreach (var item in json["items"]?.AsArray() ?? [])
            lines.Add($"{item!["metadata"]!["name"]}: {string.Join(',', item.AsObject().Select(m => m.Key))}: {item["kind"]}");
        return lines;
    }
}
