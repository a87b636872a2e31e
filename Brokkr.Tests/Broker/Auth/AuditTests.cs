using System.Text.Json.Nodes;
using Brokkr.Broker.Auth;
using Brokkr.Tests.Broker.Diagnostics;
using Brokkr.Tests.Broker.Ui;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Brokkr.Tests.Broker.Auth;

public sealed class AuditTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task Each_change_and_each_request_for_diagnostics_is_told_once_with_who_what_and_from_where()
    {
        var stack = await broker.GivenStackAsync();
        var agent = await broker.GivenAgentAsync(stack);
        var target = await broker.GivenObjectAsync(stack);
        var reader = await broker.GivenPakAsync("reader");
        var asked = await OkAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{target}/diagnostics");
        await OkAsync(HttpMethod.Post, $"/api/v1/diagnostics/{asked["request_id"]}/cancel");
        await OkAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/rotate-pak");
        await OkAsync(HttpMethod.Post, $"/api/v1/paks/{reader.Id}/rotate");
        await OkAsync(HttpMethod.Delete, $"/api/v1/paks/{reader.Id}");
        await OkAsync(HttpMethod.Delete, $"/api/v1/deployment-objects/{target}");
        await OkAsync(HttpMethod.Delete, $"/api/v1/agents/{agent.Id}/targets/{stack}");
        await OkAsync(HttpMethod.Delete, $"/api/v1/agents/{agent.Id}");
        await OkAsync(HttpMethod.Delete, $"/api/v1/stacks/{stack}");

        var events = (await EventsAsync("?page_size=500")).Where(e => new[] { stack, agent.Id, target, reader.Id }.Contains((string)e["object_id"]!)).Reverse()
            .ToList();

        events.Select(e => ((string)e["action"]!, (string)e["object_id"]!)).Should().Equal(
            ("create_stack", stack), ("create_agent", agent.Id), ("add_target", agent.Id), ("submit_deployment_object", target), ("create_pak", reader.Id),
            ("request_diagnostics", target), ("cancel_diagnostic", target), ("rotate_agent_pak", agent.Id), ("rotate_pak", reader.Id),
            ("revoke_pak", reader.Id),
            ("delete_deployment_object", target), ("remove_target", agent.Id), ("delete_agent", agent.Id), ("delete_stack", stack));
        events.Should().OnlyContain(e => (string)e["actor"]! == "bootstrap" && (string)e["actor_role"]! == "admin" && (string)e["address"]! == "127.0.0.1");
        events.Should().OnlyContain(e => broker.AdminPak.Contains((string)e["actor_pak_id"]!) && ((string)e["object_name"]!).Length > 0);
    }

    [Fact]
    public async Task Events_name_what_they_concern_besides()
    {
        var stack = await broker.GivenStackAsync();
        var (target, agent) = (await broker.GivenObjectAsync(stack), await broker.GivenAgentAsync(stack));
        var asked = (string)(await OkAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{target}/diagnostics"))["request_id"]!;
        await OkAsync(HttpMethod.Post, $"/api/v1/diagnostics/{asked}/cancel");
        await OkAsync(HttpMethod.Delete, $"/api/v1/deployment-objects/{target}");
        await OkAsync(HttpMethod.Delete, $"/api/v1/agents/{agent.Id}/targets/{stack}");

        var related = (await EventsAsync("?page_size=500")).Where(e => new[] { agent.Id, target }.Contains((string)e["object_id"]!))
            .ToDictionary(e => (string)e["action"]!, e => (string)e["related_id"]!);

        (related["add_target"], related["remove_target"]).Should().Be((stack, stack));
        (related["submit_deployment_object"], related["delete_deployment_object"]).Should().Be((stack, stack));
        (related["request_diagnostics"], related["cancel_diagnostic"]).Should().Be((asked, asked));
        agent.Pak.Should().Contain($"_{related["create_agent"]}_");
    }

    [Fact]
    public async Task Reads_of_results_and_manifests_are_told_once_for_a_reader_an_object_and_an_hour()
    {
        var (target, agent) = await broker.GivenTargetAsync();
        var asked = await broker.RequestAsync(target);
        (await broker.SubmitAsync(asked, agent.Pak)).Status.Should().Be(200);
        var (first, second) = (await broker.GivenPakAsync("reader"), await broker.GivenPakAsync("reader"));
        foreach (var reader in (string[])[first.Pak, first.Pak, second.Pak])
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{asked}", reader)));
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{target}", reader)));
        }

        foreach (var reader in (string[])[first.Id, second.Id])
        {
            (await EventsAsync($"?actor={reader}")).Select(e => ((string)e["action"]!, (string)e["object_id"]!)).Should()
                .BeEquivalentTo([("get_diagnostic", target), ("get_deployment_object", target)]);
        }

        (await EventsAsync($"?actor={first.Id}&action=get_diagnostic"))[0]["related_id"]!.GetValue<string>().Should().Be(asked);
        await broker.SqlAsync($"UPDATE audit_trail SET read_hour = read_hour - 1 WHERE actor_pak_id = '{first.Id}'");
        await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{asked}", first.Pak);
        (await EventsAsync($"?actor={first.Id}&action=get_diagnostic")).Should().HaveCount(2, "it is another hour");
    }

    [Fact]
    public async Task A_read_that_another_broker_writes_down_at_the_same_moment_is_told_once_and_answered()
    {
        var target = await broker.GivenObjectAsync(await broker.GivenStackAsync());
        var (first, second) = (await broker.GivenPakAsync("reader"), await broker.GivenPakAsync("reader"));
        (await ReadAsync(first.Pak)).Should().Be(200);
        await using var connection = await broker.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var other = new NpgsqlCommand(
            $"UPDATE audit_trail SET actor_pak_id = '{second.Id}' WHERE actor_pak_id = '{first.Id}' AND read_hour IS NOT NULL", connection, transaction))
            (await other.ExecuteNonQueryAsync()).Should().Be(1);

        var read = ReadAsync(second.Pak);
        await Eventually.IsAsync("the second waits for what the other writes", async () => (long)(await broker.SqlAsync(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%audit_trail%'"))! > 0);
        await transaction.CommitAsync();

        (await read).Should().Be(200);
        (await EventsAsync($"?actor={second.Id}")).Should().ContainSingle();

        async Task<int> ReadAsync(string pak) => (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{target}", pak)).Status;
    }

    [Fact]
    public async Task A_manifest_that_is_read_as_the_base_of_a_diff_is_told_as_well()
    {
        var (stack, other) = (await broker.GivenStackAsync(), await broker.GivenStackAsync());
        var name = (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        var (former, standing, elsewhere) =
            (await broker.GivenObjectAsync(stack), await broker.GivenObjectAsync(stack), await broker.GivenObjectAsync(other));
        var (byCall, byPage) = (await broker.GivenPakAsync("reader"), await broker.GivenPakAsync("reader"));
        using var browser = new PlainBrowser(broker.Urls[0]);
        await browser.SignInAsync(byPage.Pak);

        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{standing}/diff?base={elsewhere}", byCall.Pak)).Status.Should().Be(200);
        (await browser.GetAsync($"/ui/stacks/{name}/web/revisions/2?base=1")).StatusCode.Should().Be(System.Net.HttpStatusCode.OK);

        (await EventsAsync($"?actor={byCall.Id}&action=get_diff")).Select(e => ((string)e["object_id"]!, (string)e["related_id"]!)).Should()
            .BeEquivalentTo([(standing, stack), (elsewhere, other)]);
        (await EventsAsync($"?actor={byPage.Id}&action=get_diff")).Select(e => ((string)e["object_id"]!, (string)e["related_id"]!)).Should()
            .BeEquivalentTo([(standing, stack), (former, stack)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/diagnostic.json")]
    [InlineData("/diagnostic.md")]
    public async Task Who_reads_a_result_in_the_console_is_told_likewise(string suffix)
    {
        var (target, agent) = await broker.GivenTargetAsync();
        var asked = await broker.RequestAsync(target);
        var reader = await broker.GivenPakAsync("reader");
        using var browser = new PlainBrowser(broker.Urls[0]);
        await browser.SignInAsync(reader.Pak);
        await browser.ReadAsync($"/ui/diagnostics/{asked}{suffix}");
        (await EventsAsync($"?actor={reader.Id}&action=get_diagnostic")).Should().BeEmpty("there is no result yet");
        (await broker.SubmitAsync(asked, agent.Pak)).Status.Should().Be(200);

        foreach (var _ in Enumerable.Range(0, 2))
            (await browser.GetAsync($"/ui/diagnostics/{asked}{suffix}")).StatusCode.Should().Be(System.Net.HttpStatusCode.OK);

        (await EventsAsync($"?actor={reader.Id}&action=get_diagnostic"))
            .Select(e => ((string)e["object_id"]!, (string)e["object_name"]!, (string)e["related_id"]!)).Should().Equal((target, "web", asked));
    }

    [Fact]
    public async Task Manifests_that_the_console_shows_are_told_as_reads()
    {
        var stack = await broker.GivenStackAsync();
        var name = (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        var (former, standing) = (await broker.GivenObjectAsync(stack), await broker.GivenObjectAsync(stack));
        var admin = await broker.GivenPakAsync("admin");
        using var browser = new PlainBrowser(broker.Urls[0]);
        await browser.SignInAsync(admin.Pak);

        using var check = await browser.PostAsync($"/ui/stacks/{name}/check", [("Sec-Fetch-Site", "same-origin")], ("name", "web"), ("revision", "1"));

        check.StatusCode.Should().Be(System.Net.HttpStatusCode.OK);
        (await EventsAsync($"?actor={admin.Id}&action=get_deployment_object")).Select(e => ((string)e["object_id"]!, (string)e["related_id"]!))
            .Should().BeEquivalentTo([(former, stack), (standing, stack)]);
    }

    [Fact]
    public async Task What_was_refused_or_changed_nothing_is_not_told()
    {
        var before = await CountAsync();

        await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, """{"name":"not a name"}""");
        await broker.RestAsync(HttpMethod.Delete, $"/api/v1/stacks/{Guid.NewGuid()}", broker.AdminPak);
        await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", broker.AdminPak);

        (await CountAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Events_are_filtered_and_paged_newest_first()
    {
        var admin = await broker.GivenPakAsync("admin");
        for (var i = 0; i < 3; i++)
            await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", admin.Pak, $$"""{"name":"audited-{{i}}"}""");
        await broker.RestAsync(HttpMethod.Post, "/api/v1/agents", admin.Pak, """{"name":"audited"}""");

        var first = (await broker.RestAsync(HttpMethod.Get, $"/api/v1/audit-events?actor={admin.Id}&action=create_stack&page_size=2", broker.AdminPak)).Body;
        var second = (await broker.RestAsync(HttpMethod.Get,
            $"/api/v1/audit-events?actor={admin.Id}&action=create_stack&page_size=2&page_token={first["next_page_token"]}", broker.AdminPak)).Body;

        Names(first).Should().Equal("audited-2", "audited-1");
        Names(second).Should().Equal("audited-0");
        ((string)second["next_page_token"]!).Should().BeEmpty();
        (await EventsAsync("?since=2099-01-01T00:00:00Z")).Should().BeEmpty();
        (await EventsAsync($"?actor={admin.Id}&since=2020-01-01T00:00:00Z")).Should().HaveCount(4);
        (await broker.RestAsync(HttpMethod.Get, "/api/v1/audit-events?since=yesterday", broker.AdminPak)).Status.Should().Be(400);
        (await broker.RestAsync(HttpMethod.Get, "/api/v1/audit-events?actor=%00", broker.AdminPak)).Status.Should().Be(400);

        static IEnumerable<string> Names(JsonNode page) => page["audit_events"]!.AsArray().Select(e => (string)e!["object_name"]!);
    }

    [Fact]
    public async Task The_first_key_is_told_as_the_brokers_own_doing() =>
        (await EventsAsync("?actor=broker")).Should().ContainSingle(e => (string)e["action"]! == "create_pak" && (string)e["object_name"]! == "bootstrap");

    [Fact]
    public async Task After_its_days_an_event_is_gone_and_so_is_a_key_that_is_over()
    {
        var (old, young) = (await broker.GivenPakAsync("reader"), await broker.GivenPakAsync("reader"));
        await broker.SqlAsync($"UPDATE paks SET revoked_at = NOW() - INTERVAL '91 days' WHERE id = '{old.Id}'; UPDATE paks SET revoked_at = NOW() - INTERVAL "
            + $"'89 days' WHERE id = '{young.Id}'");
        await broker.SqlAsync($"UPDATE audit_trail SET at = NOW() - INTERVAL '91 days' WHERE object_id = '{old.Id}'; UPDATE audit_trail SET at = NOW() - "
            + $"INTERVAL '89 days' WHERE object_id = '{young.Id}'");

        await broker.Services.GetServices<IHostedService>().OfType<AuditSweeper>().Single().SweepAsync(CancellationToken.None);

        (await broker.SqlAsync($"SELECT string_agg(id, ',') FROM paks WHERE id IN ('{old.Id}', '{young.Id}')")).Should().Be(young.Id);
        (await broker.SqlAsync($"SELECT string_agg(object_id, ',') FROM audit_trail WHERE object_id IN ('{old.Id}', '{young.Id}')")).Should().Be(young.Id);
    }

    private async Task<JsonNode> OkAsync(HttpMethod method, string path)
    {
        var (status, body) = await broker.RestAsync(method, path, broker.AdminPak);
        status.Should().BeInRange(200, 299, $"{method} {path}: {body}");
        return body;
    }

    private async Task<List<JsonNode>> EventsAsync(string query)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/audit-events{query}", broker.AdminPak);
        status.Should().Be(200, body.ToJsonString());
        return [.. body["audit_events"]!.AsArray().Select(e => e!)];
    }

    private async Task<long> CountAsync() => (long)(await broker.SqlAsync("SELECT COUNT(*) FROM audit_trail"))!;
}
