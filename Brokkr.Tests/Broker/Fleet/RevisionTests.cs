using System.Text.Json.Nodes;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>What was submitted under one name, by whom, what differs, and the way back.</summary>
public sealed class RevisionTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private const string First = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  key: hunter2\n  other: same\n";

    [Fact]
    public async Task The_same_manifests_again_are_the_standing_revision_and_others_are_a_new_one()
    {
        var stack = await broker.GivenStackAsync();
        var first = await SubmitAsync(stack, First);

        var same = await SubmitAsync(stack, First);
        var other = await SubmitAsync(stack, $"{First}# changed\n");
        var back = await SubmitAsync(stack, First);

        (Text(same, "id"), (int)same["revision"]!).Should().Be((Text(first, "id"), 1));
        ((int)other["revision"]!, (int)back["revision"]!).Should().Be((2, 3));
        (await RevisionsAsync(stack)).Select(r => (int)r["revision"]!).Should().Equal(3, 2, 1);
    }

    [Fact]
    public async Task Revisions_say_who_and_when_and_hold_no_manifests()
    {
        var stack = await broker.GivenStackAsync();
        await SubmitAsync(stack, First);
        var admin = await broker.GivenPakAsync("admin");
        await SubmitAsync(stack, $"{First}# changed\n", admin.Pak);

        var revisions = await RevisionsAsync(stack);

        revisions.Select(r => Text(r, "created_by")).First().Should().StartWith("admin-");
        revisions.Should().OnlyContain(r => Text(r, "yaml").Length == 0 && Text(r, "created_at").Length > 0);
        (revisions[0]["superseded_at"], revisions[1]["superseded_at"]).Should().Match<(JsonNode?, JsonNode?)>(s => s.Item1 == null && s.Item2 != null);
    }

    [Fact]
    public async Task A_diff_shows_that_a_secret_changed_and_not_what_it_is()
    {
        var stack = await broker.GivenStackAsync();
        await SubmitAsync(stack, First);
        var second = await SubmitAsync(stack, First.Replace("hunter2", "hunter3", StringComparison.Ordinal));

        var (status, diff) = await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{Text(second, "id")}/diff", broker.AdminPak);

        (status, (int)diff["added"]!, (int)diff["removed"]!).Should().Be((200, 1, 1), diff.ToJsonString());
        diff.ToJsonString().Should().NotContain("hunter").And.NotContain("same");
        diff["hunks"]!.AsArray().Single()!["lines"]!.AsArray().Select(l => $"{Text(l!, "side")} {Text(l!, "text")}").Should()
            .Contain(["removed   key: ***", "added   key: ***", "both   other: ***", "both stringData:"]);
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{Text(second, "id")}/diff?base={Text(second, "id")}", broker.AdminPak)).Body[
            "hunks"]!.AsArray().Should().BeEmpty();
    }

    [Fact]
    public async Task Rolling_back_submits_a_former_revision_again_and_is_audited()
    {
        var stack = await broker.GivenStackAsync();
        var first = await SubmitAsync(stack, First);
        await SubmitAsync(stack, $"{First}# changed\n");

        var (status, back) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{Text(first, "id")}/rollback", broker.AdminPak, "{}");

        (status, (int)back["revision"]!, Text(back, "yaml")).Should().Be((201, 3, First), back.ToJsonString());
        var (_, audit) = await broker.RestAsync(HttpMethod.Get, "/api/v1/audit-events?action=roll_back", broker.AdminPak);
        audit["audit_events"]!.AsArray().Select(e => Text(e!, "object_id")).Should().Contain(Text(back, "id"));
    }

    [Fact]
    public async Task Validation_names_every_mistake_with_its_place_and_stores_nothing()
    {
        var stack = await broker.GivenStackAsync();
        const string yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n---\nkind: [\n---\napiVersion: v1\nmetadata: {name: a}\n";
        var json = new JsonObject { ["name"] = "web", ["yaml"] = yaml, ["validate_only"] = true }.ToJsonString();

        var (_, checkedObject) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak, json);
        var (status, refused) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak,
            new JsonObject { ["name"] = "web", ["yaml"] = yaml }.ToJsonString());

        checkedObject["problems"]!.AsArray().Should().HaveCount(3, checkedObject.ToJsonString());
        checkedObject["problems"]!.AsArray().Select(p => (int)p!["line"]!).Should().BeInAscendingOrder();
        checkedObject["problems"]!.AsArray().Select(p => (int)p!["line"]!).First().Should().Be(1);
        (Text(checkedObject, "id"), (int)checkedObject["revision"]!).Should().Be(("", 1));
        (status, Text(refused, "error")).Should().Be((400, "malformed_manifest"));
        Text(refused, "message").Split("at line").Should().HaveCount(4);
        (await RevisionsAsync(stack)).Should().BeEmpty();
    }

    private async Task<JsonNode> SubmitAsync(string stack, string yaml, string? pak = null)
    {
        var json = new JsonObject { ["name"] = "web", ["yaml"] = yaml }.ToJsonString();
        var (status, body) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", pak ?? broker.AdminPak, json);
        status.Should().Be(201, body.ToJsonString());
        return body;
    }

    private async Task<List<JsonNode>> RevisionsAsync(string stack)
    {
        var (rows, token) = (new List<JsonNode>(), "");
        do
        {
            var (status, page) = await broker.RestAsync(
                HttpMethod.Get, $"/api/v1/stacks/{stack}/deployment-objects/web/revisions?page_size=2&page_token={token}", broker.AdminPak);
            status.Should().Be(200, page.ToJsonString());
            rows.AddRange(page["deployment_objects"]!.AsArray().Select(r => r!));
            token = Text(page, "next_page_token");
        }
        while (token.Length > 0);

        return rows;
    }

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();
}
