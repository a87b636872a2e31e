using System.Net;
using System.Text.RegularExpressions;
using Brokkr.Broker.Fleet;
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
                .And.Contain("It is the same as revision 1");
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

    [Fact]
    public async Task Every_mistake_is_said_at_once_with_the_lines_around_it()
    {
        var stack = await broker.GivenStackAsync();
        var name = (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");

        using var answer = await admin.PostAsync($"/ui/stacks/{name}/check", Here, ("name", "web"),
            ("yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n---\nkind: Pod\nmetadata: {name: b}\n"));

        var page = await answer.Content.ReadAsStringAsync();
        Regex.Matches(page, "<p>Line ([0-9]+), column").Select(m => m.Groups[1].Value).Should().Equal("1", "5");
        page.Should().Contain("<span class=\"meant\" data-line=\"5\"><mark>k</mark>ind: Pod").And.Contain("<span data-line=\"6\">metadata: {name: b}");
    }

    [Theory]
    [InlineData("kind: Pod", 7, "kind: |P|od")]
    [InlineData("kind:", 6, "kind:| |")]
    [InlineData("kind:", 99, "kind:| |")]
    [InlineData("a: 😀b", 4, "a: |😀|b")]
    [InlineData("kind: Pod", null, "kind: Pod||")]
    public void A_line_is_marked_where_the_mistake_is(string text, int? column, string expected)
    {
        var line = GivenLine.Of(3, text, column);

        $"{line.Before}|{line.Meant}|{line.After}".Should().Be(expected);
        line.Number.Should().Be(3);
    }

    [Theory]
    [InlineData("kind: [")]
    [InlineData("kind: [\n")]
    public void What_lacks_at_the_end_is_marked_there(string text)
    {
        var error = SubmissionError.Of(text, [new(2, 1, "lacks an end")]).Should().ContainSingle().Which;

        error.Around.Should().Equal(new GivenLine(1, "kind: [", "", ""), new GivenLine(2, "", " ", ""));
    }

    [Fact]
    public async Task Of_lines_without_end_a_page_shows_what_is_around_the_mistakes()
    {
        var stack = await broker.GivenStackAsync();
        var name = (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");
        var given = string.Concat(Enumerable.Range(0, 30).Select(i => $"---\nkind: Pod # {new string('x', 20_000)}\nmetadata: {{name: b{i}}}\n"));

        using var answer = await admin.PostAsync($"/ui/stacks/{name}/check", Here, ("name", "web"), ("yaml", given));

        var page = await answer.Content.ReadAsStringAsync();
        Regex.Count(page, "<p>Line [0-9]+, column").Should().Be(30);
        page.Should().Contain("<mark>k</mark>ind: Pod # x").And.Contain("x&#x2026;");
        page.Length.Should().BeLessThan(given.Length + 100_000, "the text is in its field once, and not again around each mistake");
    }

    [Fact]
    public async Task A_revision_shows_what_it_changed_without_its_secrets_and_is_rolled_back_to()
    {
        var stack = await broker.GivenStackAsync();
        var name = (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");
        const string secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: x}\nstringData:\n  key: hunter1\n";
        foreach (var yaml in new[] { secret, secret.Replace("hunter1", "hunter2", StringComparison.Ordinal) })
            await admin.PostAsync($"/ui/stacks/{name}/submit", Here, ("name", "web"), ("yaml", yaml));

        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");
        var second = await reader.ReadAsync($"/ui/stacks/{name}/web/revisions/2");
        var whole = await reader.ReadAsync($"/ui/stacks/{name}/web/revisions/2?base=0");

        second.Should().Contain("1 added, 1 removed").And.Contain("<span class=\"removed\" data-line=\"5\">").And.NotContain("hunter");
        whole.Should().Contain("<span class=\"added\" data-line=\"1\">").And.NotContain("hunter");
        (await reader.ReadAsync($"/ui/stacks/{name}/web/revisions/1")).Should().Contain("This takes the key of an admin");
        (await reader.GetAsync($"/ui/stacks/{name}/web/revisions/9")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await reader.GetAsync($"/ui/stacks/{name}/web/revisions/x")).StatusCode.Should().Be(HttpStatusCode.BadRequest);

        (await admin.PostAsync($"/ui/stacks/{name}/submit", Here, ("name", "web"), ("revision", "1"))).StatusCode.Should().Be(HttpStatusCode.SeeOther);
        (await broker.SqlAsync($"SELECT yaml FROM deployment_objects WHERE stack_id = '{stack}' AND superseded_at IS NULL")).Should().Be(secret);
        (await broker.SqlAsync($"SELECT COUNT(*) FROM audit_trail WHERE action = 'roll_back' AND related_id = '{stack}'")).Should().Be(1L);
    }

    [Fact]
    public async Task A_stack_says_how_what_it_holds_is_and_where_it_runs()
    {
        var stack = await broker.GivenStackAsync();
        var (web, other) = (await broker.GivenObjectAsync(stack), await broker.GivenObjectAsync(stack, "a-other"));
        var (first, second) = (await broker.GivenAgentAsync(stack), await broker.GivenAgentAsync(stack));
        foreach (var (agent, target, status) in new[]
        {
            (first, web, "failing"), (first, other, "healthy"), (second, web, "healthy"), (second, other, "healthy"),
        })
            await broker.ReportAsync(agent, target, status);
        var name = (string)(await broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!;
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        var page = await reader.ReadAsync($"/ui/stacks/{name}");

        page.Should().Contain("1 failing, 1 healthy").And.Contain("2 healthy").And.MatchRegex("(?s)>web</a>.*>a-other</a>");
        foreach (var agent in new[] { first, second })
            page.Should().Contain($"/ui/clusters/{await broker.SqlAsync($"SELECT name FROM agents WHERE id = '{agent.Id}'")}");
    }

    [Fact]
    public void A_diff_shows_what_changed_with_the_number_of_each_line()
    {
        var before = string.Join('\n', Enumerable.Range(1, 40).Select(i => $"# line{i}")) + "\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";
        var after = before.Replace("line10\n", "changed\n", StringComparison.Ordinal).Replace("line30\n", "line30\n# more\n", StringComparison.Ordinal);

        var diff = DiffView.Of(ManifestDiff.Of(before, after));

        (diff.Added, diff.Removed).Should().Be((2, 1));
        new string([.. diff.Lines.Select(l => l.Sign)]).Should().Be("   -+   …   +   ");
        diff.Lines.Where(l => l.Sign is '-' or '+').Select(l => (l.Number, l.Text)).Should().Equal((10, "# line10"), (10, "# changed"), (31, "# more"));
    }
}
