using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using Brokkr.Tests.Broker.Diagnostics;
using Brokkr.Tests.Broker.Storage;
using Brokkr.Tests.Broker.Ui;
using Brokkr.Tests.Processes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Brokkr.Tests.Broker.Auth;

/// <summary>Which of two databases answers: the primary, or a standby that may lie behind.</summary>
public sealed partial class ReadChoiceTests(ReplicaPair servers) : IClassFixture<ReplicaPair>
{
    /// <summary>Longer than any test takes.</summary>
    private const int Ever = 3600;

    [Fact]
    public async Task Readers_are_answered_by_the_standby_and_told_as_of_when()
    {
        await using var broker = await StartAsync(Ever);
        var (reader, admin) = ((await broker.GivenPakAsync("reader")).Pak, (await broker.GivenPakAsync("admin")).Pak);
        await CaughtUpAsync(broker, reader);
        await servers.PauseAsync();
        try
        {
            var paused = await NowAsync();
            var stack = await broker.GivenStackAsync();

            foreach (var pak in new[] { reader, admin })
            {
                var (asOf, body) = await GetAsync(broker, "/api/v1/stacks", pak);
                asOf.Should().NotBeNull().And.BeBefore(paused);
                body.Should().NotContain(stack);
                (await GetAsync(broker, $"/api/v1/stacks/{stack}", pak, HttpStatusCode.NotFound)).AsOf.Should().NotBeNull("so old is what lacks it");
            }

            using var call = new Wire.StackService.StackServiceClient(broker.Grpc).ListStacksAsync(new(), BrokerFixture.As(reader));
            (await call).Stacks.Select(s => s.Id).Should().NotContain(stack);
            DateTimeOffset.Parse((await call.ResponseHeadersAsync).GetValue("x-brokkr-as-of")!, CultureInfo.InvariantCulture).Should().BeBefore(paused);
        }
        finally
        {
            await servers.ResumeAsync();
        }
    }

    [Fact]
    public async Task Who_wrote_reads_what_it_wrote_by_whichever_broker()
    {
        await using var broker = await StartAsync(Ever);
        await using var another = await broker.AnotherBrokerAsync();
        var reader = (await broker.GivenPakAsync("reader")).Pak;
        await CaughtUpAsync(broker, reader);
        await CaughtUpAsync(another, reader);
        await servers.PauseAsync();
        try
        {
            var stack = await broker.GivenStackAsync();

            foreach (var asked in new[] { broker, another })
            {
                var (asOf, body) = await GetAsync(asked, "/api/v1/stacks", broker.AdminPak);
                asOf.Should().BeNull();
                body.Should().Contain(stack);
            }

            await servers.First.SqlAsync($"UPDATE audit_trail SET at = at - INTERVAL '{Ever + 20} seconds'", DatabaseOf(broker));
            (await GetAsync(broker, "/api/v1/stacks", broker.AdminPak)).AsOf.Should().BeNull("the call itself may have taken a minute");
            await servers.First.SqlAsync("UPDATE audit_trail SET at = at - INTERVAL '41 seconds'", DatabaseOf(broker));
            (await GetAsync(broker, "/api/v1/stacks", broker.AdminPak)).AsOf.Should().NotBeNull("everybody knows by now");
        }
        finally
        {
            await servers.ResumeAsync();
        }
    }

    [Fact]
    public async Task Agents_ask_the_primary()
    {
        await using var broker = await StartAsync(Ever);
        var (objectId, agent) = await broker.GivenTargetAsync();
        await CaughtUpAsync(broker, (await broker.GivenPakAsync("reader")).Pak);
        await servers.PauseAsync();
        try
        {
            (await broker.ReportAsync(agent, objectId, "failing")).Status.Should().Be(200);

            var (asOf, body) = await GetAsync(broker, $"/api/v1/agents/{agent.Id}/health", agent.Pak);

            asOf.Should().BeNull();
            body.Should().Contain("failing");
        }
        finally
        {
            await servers.ResumeAsync();
        }
    }

    [Fact]
    public async Task A_standby_answers_each_method_that_may_lag_and_no_other()
    {
        await using var broker = await StartAsync(Ever);
        var (objectId, agent) = await broker.GivenTargetAsync();
        await broker.ReportInFullAsync(agent, objectId);
        var stack = $"{await broker.SqlAsync("SELECT id FROM stacks")}";
        var diagnostic = await broker.RequestAsync(objectId);
        var rule = await CreatedAsync(broker, "alert-rules", """{"rule":{"name":"all"}}""");
        var receiver = await CreatedAsync(broker, "alert-receivers", """{"name":"ops","kind":"webhook","url":"https://hooks.example.com/x"}""");
        var admin = (await broker.GivenPakAsync("admin")).Pak;
        await CaughtUpAsync(broker, admin);
        Dictionary<string, string> ids = new()
        {
            ["stacks"] = stack,
            ["agents"] = agent.Id,
            ["deployment-objects"] = objectId,
            ["alert-rules"] = rule,
            ["alert-receivers"] = receiver,
        };

        var lagging = broker.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<MayLagAttribute>() is not null).Select(e => $"/{e.RoutePattern.RawText!.TrimStart('/')}")
            .Where(p => p.StartsWith("/api/", StringComparison.Ordinal))
            .Select(p => Parameter().Replace(p, m => m.Index > p.IndexOf('{', StringComparison.Ordinal)
                ? "deployment-objects/web"
                : $"{m.Groups["of"].Value}/{ids[m.Groups["of"].Value]}")).ToList();
        lagging.Should().HaveCountGreaterThan(20);
        foreach (var path in lagging.Append("/api/v1/health?with_facets=true&order_by=severity&text=web").Append("/api/v1/health?order_by=since"))
            (await GetAsync(broker, path, admin)).AsOf.Should().NotBeNull(path);

        string[] present =
        [
            "paks", "audit-events", "self", $"diagnostics/{diagnostic}", $"deployment-objects/{objectId}/diagnostics",
            $"deployment-objects/{objectId}", $"deployment-objects/{objectId}/diff",
        ];
        foreach (var path in present)
            (await GetAsync(broker, $"/api/v1/{path}", admin)).AsOf.Should().BeNull(path);
        (await GetAsync(broker, "/api/v1/health", admin)).AsOf.Should().NotBeNull("who reads what leaves a trace has written nothing");
    }

    [Fact]
    public async Task The_console_shows_what_the_standby_knows()
    {
        await using var broker = await StartAsync(Ever);
        var (objectId, agent) = await broker.GivenTargetAsync();
        await broker.ReportInFullAsync(agent, objectId);
        var diagnostic = await broker.RequestAsync(objectId);
        var (stack, cluster) = (await broker.SqlAsync("SELECT name FROM stacks"), await broker.SqlAsync("SELECT name FROM agents"));
        var reader = (await broker.GivenPakAsync("reader")).Pak;
        await CaughtUpAsync(broker, reader);
        using var browser = new PlainBrowser(broker.Urls[0]);
        using var signedIn = await browser.SignInAsync(reader);

        string[] lagging =
        [
            "/ui", "/ui/objects", "/ui/clusters", $"/ui/clusters/{cluster}", "/ui/stacks", $"/ui/stacks/{stack}", "/ui/alerts",
            "/ui/alerts/silences", "/ui/alerts/rules", "/ui/alerts/receivers", "/ui/alerts/deliveries",
        ];
        foreach (var path in lagging)
        {
            AsOf(await browser.GetAsync(path)).Should().NotBeNull(path);
            AsOf(await browser.GetAsync(path, ("X-Brokkr-Refresh", "1"))).Should().NotBeNull($"{path} refreshes itself");
        }

        foreach (var path in new[] { $"/ui/objects/{stack}/web", $"/ui/diagnostics/{diagnostic}", $"/ui/stacks/{stack}/web/revisions/1" })
            AsOf(await browser.GetAsync(path)).Should().BeNull(path);
    }

    [Fact]
    public async Task Beyond_the_bound_the_primary_is_asked_until_the_standby_is_near_again()
    {
        await using var broker = await StartAsync(lagSeconds: 2);
        var reader = (await broker.GivenPakAsync("reader")).Pak;
        await CaughtUpAsync(broker, reader);
        await servers.PauseAsync();
        try
        {
            var stack = await broker.GivenStackAsync();

            await Eventually.IsAsync("the primary answers", async () => (await GetAsync(broker, "/api/v1/stacks", reader)).AsOf is null);

            (await GetAsync(broker, "/api/v1/stacks", reader)).Body.Should().Contain(stack);
            broker.Services.GetRequiredService<StandbyWatch>().Lag.Should().BeGreaterThan(TimeSpan.FromSeconds(2));
        }
        finally
        {
            await servers.ResumeAsync();
        }

        await CaughtUpAsync(broker, reader);
    }

    [Fact]
    public async Task A_standby_that_dies_costs_nobody_an_answer()
    {
        await using var broker = await StartAsync(Ever);
        var reader = (await broker.GivenPakAsync("reader")).Pak;
        await CaughtUpAsync(broker, reader);
        var stack = await broker.GivenStackAsync();

        await servers.Copy.KillAsync();
        try
        {
            foreach (var (asOf, body) in await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => GetAsync(broker, "/api/v1/stacks", reader))))
            {
                asOf.Should().BeNull();
                body.Should().Contain(stack);
            }
        }
        finally
        {
            await servers.Copy.StartAsync();
        }

        await CaughtUpAsync(broker, reader);
    }

    [Fact]
    public async Task Without_a_standby_nothing_is_said_of_it()
    {
        await using var broker = await BrokerFixture.StartAsync(_ => { });

        (await GetAsync(broker, "/api/v1/stacks", broker.AdminPak)).AsOf.Should().BeNull();
        (await broker.SqlAsync("SELECT COUNT(*) FROM standby_marks")).Should().Be(0L);
    }

    private async Task<BrokerFixture> StartAsync(int lagSeconds)
    {
        var database = await servers.CreateDatabaseAsync();
        return await BrokerFixture.StartAsync(o => o.Database = new()
        {
            ConnectionString = servers.First.To(database),
            ReadConnectionString = servers.Copy.To(database),
            ReadLagSeconds = lagSeconds,
        });
    }

    private static string DatabaseOf(BrokerFixture broker) => new NpgsqlConnectionStringBuilder(broker.Options.Database.ConnectionString).Database!;

    /// <summary>Waits until the standby knows all that is there now.</summary>
    private async Task CaughtUpAsync(BrokerFixture broker, string pak)
    {
        var now = await NowAsync();
        await Eventually.IsAsync("the standby answers", async () => (await GetAsync(broker, "/api/v1/stacks", pak)).AsOf > now);
    }

    private async Task<DateTimeOffset> NowAsync() => (DateTime)(await servers.First.SqlAsync("SELECT clock_timestamp()"))!;

    private static async Task<string> CreatedAsync(BrokerFixture broker, string kind, string json)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/{kind}", broker.AdminPak, json);
        status.Should().Be(201, body.ToJsonString());
        return (string)(body["id"] ?? body["receiver"]!["id"])!;
    }

    private static async Task<(DateTimeOffset? AsOf, string Body)> GetAsync(
        BrokerFixture broker, string path, string pak, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "authorization", $"Bearer {pak}" } } };
        using var answer = await broker.Http.SendAsync(request);
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.Should().Be(expected, $"{path} answers {body}");
        JsonNode.Parse(body).Should().NotBeNull();
        return (AsOf(answer), body);
    }

    private static DateTimeOffset? AsOf(HttpResponseMessage answer)
    {
        ((int)answer.StatusCode).Should().BeLessThan(500);
        return answer.Headers.TryGetValues("x-brokkr-as-of", out var values)
            ? DateTimeOffset.ParseExact(values.Single(), "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
            : null;
    }

    [GeneratedRegex(@"(?<of>[a-z-]+)/\{[^}]*\}")]
    private static partial Regex Parameter();
}
