using System.Net;
using Brokkr.Broker.Ui.Stacks;

namespace Brokkr.Tests.Broker.Ui.Stacks;

/// <summary>Stacks in the console, and what is submitted to them.</summary>
public sealed class SubmissionTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly (string, string)[] Here = [("Sec-Fetch-Site", "same-origin")];

    [Fact]
    public async Task A_stack_is_made_and_what_is_submitted_to_it_is_shown_before_it_counts()
    {
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");
        (await admin.PostAsync("/ui/stacks", Here, ("name", "shop"))).Headers.Location!.ToString().Should().Be("/ui/stacks/shop");
        (string, string)[] first = [("name", "web"), ("yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\ndata: {color: blue}\n")];

        using (var check = await admin.PostAsync("/ui/stacks/shop/check", Here, first))
            WebUtility.HtmlDecode(await check.Content.ReadAsStringAsync()).Should().Contain("web is new.").And.Contain("No cluster runs this stack yet.")
                .And.Contain("+ kind: ConfigMap");
        (await broker.SqlAsync("SELECT COUNT(*) FROM deployment_objects d JOIN stacks s ON s.id = d.stack_id WHERE s.name = 'shop'")).Should().Be(0L);
        (await admin.PostAsync("/ui/stacks/shop/submit", Here, first)).Headers.Location!.ToString().Should().Be("/ui/objects/shop/web");

        using (var check =
            await admin.PostAsync("/ui/stacks/shop/check", Here, ("name", "web"), ("yaml", first[1].Item2.Replace("blue", "red", StringComparison.Ordinal))))
            WebUtility.HtmlDecode(await check.Content.ReadAsStringAsync()).Should().Contain("It takes the place of revision 1.")
                .And.Contain("- data: {color: blue}").And.Contain("+ data: {color: red}");
        using (var check = await admin.PostAsync("/ui/stacks/shop/check", Here, ("name", "web"), ("revision", "1")))
            WebUtility.HtmlDecode(await check.Content.ReadAsStringAsync()).Should().Contain("Roll web back to revision 1")
                .And.Contain("the same as revision 1");
        (await admin.ReadAsync("/ui/stacks/shop")).Should().Contain(">web</a>");
        (await admin.ReadAsync("/ui/stacks?text=sho")).Should().Contain(">shop</a>");
    }

    [Fact]
    public async Task What_cannot_count_is_said_with_line_and_column_beside_the_text()
    {
        var stack = await broker.GivenStackAsync();
        var name = (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");

        using var answer = await admin.PostAsync($"/ui/stacks/{name}/check", Here, ("name", "<b>"), ("yaml", "kind: [\n</textarea><script>"));

        answer.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("name: must have").And.MatchRegex("Line [0-9]+, column [0-9]+: ")
            .And.Contain("&lt;/textarea&gt;&lt;script&gt;").And.NotContain("</textarea><script>");
    }

    [Fact]
    public async Task A_reader_looks_and_submits_nothing()
    {
        var stack = await broker.GivenStackAsync();
        var name = (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        (await reader.ReadAsync($"/ui/stacks/{name}")).Should().Contain("This takes the key of an admin");
        foreach (var path in new[] { "/ui/stacks", $"/ui/stacks/{name}/check", $"/ui/stacks/{name}/submit" })
            (await reader.PostAsync(path, Here, ("name", "x"), ("yaml", "x"))).StatusCode.Should().Be(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("kind: Secret\ndata:\n  a: c2VjcmV0\nstringData: {b: 'plain'}\nmetadata: {name: s}\n",
        "kind: Secret\ndata:\n  a: •••\nstringData: {b: •••}\nmetadata: {name: s}\n")]
    [InlineData("kind: Secret\nstringData:\n  pem: |\n    line one\n    line two\ntype: Opaque\n", "kind: Secret\nstringData:\n  pem: •••\ntype: Opaque\n")]
    [InlineData("kind: List\nitems:\n- kind: Secret\n  data: {a: eA==}\n- kind: ConfigMap\n  data: {a: b}\n",
        "kind: List\nitems:\n- kind: Secret\n  data: {a: •••}\n- kind: ConfigMap\n  data: {a: b}\n")]
    [InlineData("kind: ConfigMap\ndata: {a: b}\n", "kind: ConfigMap\ndata: {a: b}\n")]
    [InlineData("kind: [", "")]
    public void Values_of_secrets_are_masked_and_nothing_else(string yaml, string expected) => SecretMask.Of(yaml).Should().Be(expected);

    [Fact]
    public void A_diff_shows_what_changed_and_a_little_around_it()
    {
        var before = string.Join('\n', Enumerable.Range(1, 20).Select(i => $"line{i}: x"));

        var diff = DiffView.Of(before, before.Replace("line10: x", "line10: y", StringComparison.Ordinal));

        (diff.Added, diff.Removed).Should().Be((1, 1));
        diff.Lines.Select(l => l.Sign).Should().Equal(' ', ' ', ' ', '-', '+', ' ', ' ', ' ', '…');
    }
}
