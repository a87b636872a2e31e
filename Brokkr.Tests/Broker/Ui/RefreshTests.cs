using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>What a page does while somebody looks at it, in a real browser.</summary>
public sealed class RefreshTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    private static readonly LocatorAssertionsToBeVisibleOptions Patient = new() { Timeout = ConsoleFixture.Patience };

    [Fact]
    public async Task A_change_arrives_by_itself_and_what_is_typed_and_open_stays()
    {
        var (stack, id, agent) = await GivenAsync();
        var page = await OpenAsync($"/ui/objects?stack={stack}");
        await Expect(page.Locator("tbody .status.healthy")).ToBeVisibleAsync(Patient);
        await page.Locator(".facet summary").First.ClickAsync();
        await page.Locator("#text").FillAsync("half a wor");

        await console.Broker.ReportAsync(agent, id, "failing", "2026-01-15T12:30:00Z");

        await Expect(page.Locator("tbody .status.failing")).ToBeVisibleAsync(Patient);
        (await page.Locator("#text").InputValueAsync()).Should().Be("half a wor");
        (await page.Locator("#text").EvaluateAsync<bool>("e => e === document.activeElement")).Should().BeTrue();
        (await page.Locator(".facet").First.GetAttributeAsync("open")).Should().NotBeNull();
    }

    [Fact]
    public async Task Another_filter_changes_the_list_in_place_and_the_way_back_leads_through_it()
    {
        var (stack, id, agent) = await GivenAsync();
        await console.Broker.GivenObjectAsync((string)(await console.Broker.SqlAsync($"SELECT id::text FROM stacks WHERE name = '{stack}'"))!, "other");
        await console.Broker.ReportAsync(agent, id, "failing", "2026-01-15T12:30:00Z");
        var page = await OpenAsync($"/ui/objects?stack={stack}");
        var rows = page.Locator("tbody[data-rows] tr");
        await page.EvaluateAsync("window.same = true");

        await page.Locator(".counts a[href*='status=failing']").ClickAsync();
        await Expect(rows).ToHaveCountAsync(1, new() { Timeout = ConsoleFixture.Patience });
        new Uri(page.Url).Query.Should().Be($"?status=failing&stack={stack}");
        await page.Locator("#text").FillAsync("nothing-like-it");
        await page.Locator("#text").PressAsync("Enter");
        await Expect(page.Locator("#main")).ToContainTextAsync("Nothing matches", new() { Timeout = ConsoleFixture.Patience });
        (await page.Locator("#text").EvaluateAsync<bool>("e => e === document.activeElement")).Should().BeTrue();
        page.Url.Should().Contain("status=failing").And.Contain("text=nothing-like-it");

        await page.Locator(".active a", new() { HasText = "text" }).First.ClickAsync();
        await Expect(rows).ToHaveCountAsync(1, new() { Timeout = ConsoleFixture.Patience });
        (await page.Locator("#text").InputValueAsync()).Should().BeEmpty();
        for (var back = 0; back < 3; back++)
            await page.EvaluateAsync("history.back()");
        await Expect(rows).ToHaveCountAsync(2, new() { Timeout = ConsoleFixture.Patience });
        new Uri(page.Url).Query.Should().Be($"?stack={stack}");
        (await page.EvaluateAsync<bool>("window.same")).Should().BeTrue("no page was opened anew");
        (await page.Locator("#main[aria-busy]").CountAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_filter_that_the_list_refuses_is_said_by_a_page()
    {
        var (stack, _, _) = await GivenAsync();
        var page = await OpenAsync($"/ui/objects?stack={stack}");

        await page.Locator(".counts a").First.EvaluateAsync("a => a.href = '/ui/objects?status=nonsense'");
        await page.Locator(".counts a").First.ClickAsync();

        await Expect(page.Locator("h1")).ToHaveTextAsync("That did not work", new() { Timeout = ConsoleFixture.Patience });
        page.Url.Should().EndWith("?status=nonsense");
    }

    [Fact]
    public async Task Rows_never_move_under_the_pointer_and_what_waits_is_counted()
    {
        var (stack, _, agent) = await GivenAsync();
        var page = await OpenAsync($"/ui/objects?stack={stack}&order=name");
        await page.Locator("tbody[data-rows] tr").First.HoverAsync();
        var stackId = (string)(await console.Broker.SqlAsync($"SELECT id::text FROM stacks WHERE name = '{stack}'"))!;

        await console.Broker.GivenObjectAsync(stackId, "aaa");

        await Expect(page.Locator("#pending")).ToHaveTextAsync("1 change", new() { Timeout = ConsoleFixture.Patience });
        (await page.Locator("tbody[data-rows] tr").CountAsync()).Should().Be(1);
        await page.Locator("#pending").ClickAsync();
        await Expect(page.Locator("tbody[data-rows] tr")).ToHaveCountAsync(2, new() { Timeout = ConsoleFixture.Patience });
        agent.Id.Should().NotBeEmpty();
    }

    [Fact]
    public async Task A_broker_that_is_away_is_said_and_links_wait_for_it()
    {
        await GivenAsync();
        var page = await OpenAsync("/ui");
        await page.Clock.InstallAsync();
        await page.GotoAsync("/ui");
        await page.RouteAsync("**/ui*", route => route.AbortAsync());

        for (var i = 0; i < 16; i++)
            await page.Clock.RunForAsync(5_000);

        await Expect(page.Locator("#outage")).ToContainTextAsync("The broker does not answer; this is from", new() { Timeout = ConsoleFixture.Patience });
        (await page.Locator("body.stale").CountAsync()).Should().Be(1);
        await page.Locator("nav a[data-key=o]").ClickAsync();
        page.Url.Should().EndWith("/ui", "the page that is there is worth more than the browser's error");

        await page.UnrouteAllAsync();
        await page.Clock.RunForAsync(10_000);
        await Expect(page.Locator("#outage")).ToBeHiddenAsync(new() { Timeout = ConsoleFixture.Patience });
        (await page.Locator("body.stale").CountAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_broker_that_is_killed_and_comes_back_is_followed_by_the_page_itself()
    {
        var (stack, id, agent) = await GivenAsync();
        var first = await console.Broker.AnotherBrokerAsync();
        var page = await OpenAsync("/ui");
        await page.GotoAsync($"{first.Urls[0]}ui/objects?stack={stack}");
        await Expect(page.Locator("tbody .status.healthy")).ToBeVisibleAsync(Patient);

        await first.StopAsync();
        await first.DisposeAsync();
        await console.Broker.ReportAsync(agent, id, "failing", "2026-01-15T12:30:00Z");
        await Expect(page.Locator("#as-of.late")).ToBeVisibleAsync(Patient);
        (await page.Locator("tbody .status.healthy").CountAsync()).Should().Be(1, "what was seen last stays");

        await using var second = await BrokerFixture.StartAsync(options =>
        {
            options.Database.ConnectionString = console.Broker.Options.Database.ConnectionString;
            options.HttpPort = first.Urls[0].Port;
        });
        await Expect(page.Locator("tbody .status.failing")).ToBeVisibleAsync(Patient);
        await Expect(page.Locator("#as-of.late")).ToBeHiddenAsync(new() { Timeout = ConsoleFixture.Patience });
    }

    [Fact]
    public async Task A_link_in_a_chat_arrives_signed_in()
    {
        var page = (await console.SignInByFormAsync("/ui")).Page;
        await page.RouteAsync("http://chat.example/", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<a href='{console.Url}ui/objects?status=failing'>look</a>",
        }));
        await page.GotoAsync("http://chat.example/");

        await page.Locator("a").ClickAsync();

        await page.WaitForURLAsync("**/ui/objects?status=failing");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Objects");
    }

    [Fact]
    public async Task A_person_finds_the_cause_by_keys_alone()
    {
        var shown = await console.GivenFleetAsync();
        var page = await OpenAsync("/ui");

        // Two keys belong together when they come within a moment, which a slow machine does not keep.
        await page.Clock.SetFixedTimeAsync(DateTime.UtcNow);
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("o");
        await page.WaitForURLAsync("**/ui/objects");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync(shown.Object.Split('/')[^2]);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/ui/objects?text=*");
        await page.Keyboard.PressAsync("j");
        (await page.EvaluateAsync<bool>("document.activeElement.matches('tbody[data-rows] a')")).Should().BeTrue();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync($"**{shown.Object}?agent=*");
        await Expect(page.Locator(".verdict.failing")).ToBeVisibleAsync(Patient);
        await page.Keyboard.PressAsync("d");
        await page.WaitForURLAsync("**/ui/diagnostics/*");
    }

    private async Task<IPage> OpenAsync(string path) => (await console.SignInAsync(path)).Page;

    private async Task<(string Stack, string Object, (string Id, string Pak) Agent)> GivenAsync()
    {
        var stack = await console.Broker.GivenStackAsync();
        var id = await console.Broker.GivenObjectAsync(stack);
        var agent = await console.Broker.GivenAgentAsync(stack);
        await console.Broker.ReportAsync(agent, id, "healthy");
        return ((string)(await console.Broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'"))!, id, agent);
    }
}
