using System.Net;
using Brokkr.Broker.Ui.Clusters;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Tests.Broker.Ui.Clusters;

/// <summary>The clusters in the console: listed, shown, added.</summary>
public sealed class ClusterPageTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly (string, string)[] Here = [("Sec-Fetch-Site", "same-origin")];

    [Fact]
    public async Task They_are_listed_with_their_state_and_narrowed_by_it()
    {
        var stack = await broker.GivenStackAsync();
        var id = await broker.GivenObjectAsync(stack);
        var (heard, never) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        await broker.ReportAsync(heard, id, "degraded");
        var (heardName, neverName) = (await NameAsync(heard.Id), await NameAsync(never.Id));
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        var all = await reader.ReadAsync("/ui/clusters");

        all.Should().Contain($">{heardName}</a>").And.Contain($">{neverName}</a>").And.Contain("1 degraded").And.Contain("This takes the key of an admin");
        (await reader.ReadAsync("/ui/clusters?state=never")).Should().Contain($">{neverName}</a>").And.NotContain($">{heardName}</a>");
        (await reader.ReadAsync($"/ui/clusters?text={heardName}&state=never")).Should().Contain("Nothing matches")
            .And.Contain("Without <strong>never heard</strong> there would be some.");
        WebUtility.HtmlDecode(await reader.ReadAsync("/ui/clusters?text=nowhere")).Should()
            .Contain("Without <strong>name “nowhere”</strong> there would be some.");
        (await reader.GetAsync("/ui/clusters?state=nonsense")).StatusCode.Should().Be(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_new_one_gets_its_key_once_with_what_installs_it_and_is_waited_for()
    {
        await using var known = await BrokerFixture.StartAsync(options => options.AgentUrl = "https://broker.shop.example:8443");
        var stack = await known.GivenStackAsync();
        using var admin = await PlainBrowser.SignedInAsync(known, "admin");

        using var added = await admin.PostAsync(
            "/ui/clusters/add", [.. Here, ("Accept-Encoding", "br")], ("name", "eu-3"), ("mode", "observe"), ("stack_id", stack));

        var page = await added.Content.ReadAsStringAsync();
        added.Content.Headers.ContentEncoding.Should().Equal("identity");
        var key = page.Split("<code id=\"secret\">")[1].Split('<')[0];
        page.Should().Contain("--set broker.url=https://broker.shop.example:8443").And.Contain("--set mode=observe").And.Contain("stack-1");
        var manifest = new YamlStream();
        manifest.Load(new StringReader(WebUtility.HtmlDecode(page.Split("<code id=\"manifest\">")[1].Split("</code>")[0])));
        manifest.Documents.Select(d => (string?)d.RootNode["kind"]).Should().StartWith(["Namespace", "Secret", "ServiceAccount"])
            .And.EndWith("Deployment").And.Contain("ClusterRoleBinding");
        (await admin.ReadAsync("/ui/clusters/eu-3")).Should().NotContain(key).And.Contain("Nothing came yet.");

        var id = (string)(await known.RestAsync(HttpMethod.Get, "/api/v1/agents", known.AdminPak)).Body["agents"]![0]!["id"]!;
        var web = await known.GivenObjectAsync(stack);
        await known.ReportAsync((id, key), web, "healthy");
        (await admin.ReadAsync("/ui/clusters/eu-3")).Should().Contain("It is heard and has not begun a session yet.").And.Contain("1 healthy");
    }

    [Fact]
    public async Task A_deletion_that_is_held_back_is_confirmed_as_it_was_looked_at_and_missing_rights_are_listed()
    {
        var agent = await broker.GivenAgentAsync(await broker.GivenStackAsync());
        var name = await NameAsync(agent.Id);
        await new Wire.AgentService.AgentServiceClient(broker.Grpc).ReportAgentFactsAsync(new()
        {
            AgentId = agent.Id,
            DeletionHeld = new() { Count = 40, Number = 7 },
            MissingRights = { new Wire.MissingRight { Group = "batch", Resource = "cronjobs", Verbs = { "list", "watch" } } },
        }, BrokerFixture.As(agent.Pak));
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        var page = await reader.ReadAsync($"/ui/clusters/{name}");

        (await reader.ReadAsync($"/ui/clusters?text={name}")).Should().Contain("deletion held back").And.Contain("lacks 1 right");
        page.Should().Contain("A deletion is held back").And.Contain("Delete 40 objects").And.Contain("cronjobs.batch").And.Contain("list, watch");
        (await reader.PostAsync($"/ui/clusters/{name}/confirm-deletion", Here, ("number", "7"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        await admin.PostAsync($"/ui/clusters/{name}/confirm-deletion", Here, ("number", "6"));
        (await broker.SqlAsync($"SELECT confirmed_number FROM agent_facts WHERE agent_id = '{agent.Id}'")).Should().Be(0L);
        (await admin.PostAsync($"/ui/clusters/{name}/confirm-deletion", Here, ("number", "7"))).Headers.Location!.ToString()
            .Should().Be($"/ui/clusters/{name}");
        (await broker.SqlAsync($"SELECT confirmed_number FROM agent_facts WHERE agent_id = '{agent.Id}'")).Should().Be(7L);
    }

    [Theory]
    [InlineData("<b>", "name: must have")]
    [InlineData("", "name: must have")]
    public async Task What_is_wrong_in_the_form_is_said_beside_it(string name, string says)
    {
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");

        using var answer = await admin.PostAsync("/ui/clusters/add", Here, ("name", name), ("mode", "apply"));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain(says).And.Contain("Make its key");
    }

    [Fact]
    public async Task A_stack_is_given_to_it_and_taken_away_by_admins_only()
    {
        var stack = await broker.GivenStackAsync();
        var name = await NameAsync((await broker.GivenAgentAsync()).Id);
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        (await reader.PostAsync($"/ui/clusters/{name}/targets", Here, ("add", stack))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await reader.GetAsync("/ui/clusters/add")).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        (await admin.PostAsync($"/ui/clusters/{name}/targets", Here, ("add", stack))).Headers.Location!.ToString().Should().Be($"/ui/clusters/{name}");
        (await broker.SqlAsync($"SELECT COUNT(*) FROM agent_targets WHERE stack_id = '{stack}'")).Should().Be(1L);
        await admin.PostAsync($"/ui/clusters/{name}/targets", Here, ("remove", stack));
        (await broker.SqlAsync($"SELECT COUNT(*) FROM agent_targets WHERE stack_id = '{stack}'")).Should().Be(0L);
    }

    [Theory]
    [InlineData("never", "", false, "now ahead ahead")]
    [InlineData("reporting", "", false, "done now ahead")]
    [InlineData("reporting", "1.0.0", false, "done done now")]
    [InlineData("silent", "1.0.0", true, "")]
    public void It_arrives_step_by_step(string state, string version, bool hasReported, string expected) =>
        string.Join(' ', ArrivalStep.Of(new("", "", state, "healthy", null, version, [], "", []), 1, hasReported).Select(s => s.State)).Should().Be(expected);

    private async Task<string> NameAsync(string agentId) => (string)(await broker.SqlAsync($"SELECT name FROM agents WHERE id = '{agentId}'"))!;
}
