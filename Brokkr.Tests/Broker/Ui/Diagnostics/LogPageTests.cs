using Brokkr.Tests.Processes;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Brokkr.Tests.Broker.Ui.Diagnostics;

/// <summary>What a person does with a page of 2,000 lines of logs, in a real browser.</summary>
public sealed class LogPageTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    /// <summary>As many as a log may have; two such logs are on the page.</summary>
    private const int Lines = 1000;
    private const string Pod = "web-7d4f8b9c5-x2x7k";

    /// <summary>The text that is found, where it is seen: within the log's own window, and within the browser's.</summary>
    private const string Seen = """
        (wanted) => {
          const [range] = CSS.highlights.get("found-now") ?? [], place = range?.getBoundingClientRect();
          const frame = range?.startContainer.parentElement.closest(".lines").getBoundingClientRect();
          return place?.height > 0 && place.top >= frame.top && place.bottom <= Math.min(frame.bottom, innerHeight)
            && place.left >= frame.left && place.right <= frame.right && range.toString() === wanted;
        }
        """;

    private const string Overflow = "e => e.scrollWidth - e.clientWidth";

    private static LocatorAssertionsToHaveTextOptions Patient => new() { Timeout = ConsoleFixture.Patience };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_place_is_found_forward_and_back_and_seen(bool wrap)
    {
        var (visitor, log) = await OpenAsync(width: wrap ? 390 : 1440);
        var (field, found) = (log.Locator("input[type=search]"), log.Locator("[data-found]"));
        if (wrap)
            await log.Locator("[data-wrap]").CheckAsync();

        foreach (var (wanted, seen) in new[] { ("ITEMS/700 ", "items/700 "), ("far to", "far to"), ("get /api/items/7 ", "GET /api/items/7 ") })
        {
            await field.FillAsync(wanted);
            await Expect(found).ToHaveTextAsync("1 of 1", Patient);
            await SeenAsync(visitor, seen);
        }

        await field.FillAsync("get /api");
        foreach (var (key, said) in new[] { ("Enter", "2"), ("Enter", "3"), ("Shift+Enter", "2"), ("Shift+Enter", "1"), ("Shift+Enter", $"{Lines - 1}") })
        {
            await field.PressAsync(key);
            await Expect(found).ToHaveTextAsync($"{said} of {Lines - 1}", Patient);
            await SeenAsync(visitor, "GET /api");
        }

        await field.FillAsync("nothing like it");
        await Expect(found).ToHaveTextAsync("not found", Patient);
        await field.FillAsync("");
        await Expect(found).ToHaveTextAsync("", Patient);
        visitor.Complaints.Should().BeEmpty();
    }

    [Theory]
    [InlineData("(.*", "(.*")]
    [InlineData("[a-z]\\", "[A-Z]\\")]
    [InlineData("end", "END")]
    [InlineData("</script>", "</SCRIPT>")]
    public async Task What_is_looked_for_is_a_text_whatever_it_looks_like(string wanted, string seen)
    {
        // What is longer in small letters than in great ones is among it.
        var (visitor, log) = await OpenAsync(last: "İİİİ (.* [A-Z]\\ </SCRIPT> END");

        await log.Locator("input[type=search]").FillAsync(wanted);

        await Expect(log.Locator("[data-found]")).ToHaveTextAsync("1 of 1", Patient);
        await SeenAsync(visitor, seen);
        visitor.Complaints.Should().BeEmpty();
    }

    [Fact]
    public async Task Every_line_is_copied_and_nothing_but_the_lines()
    {
        var (visitor, log) = await OpenAsync();
        await visitor.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);

        await log.Locator("[data-copy]").ClickAsync();

        await Expect(visitor.Page.Locator("#say")).ToHaveTextAsync("Text copied", Patient);
        var lines = (await visitor.Page.EvaluateAsync<string>("navigator.clipboard.readText()")).TrimEnd('\n').Split('\n');
        lines.Should().HaveCount(Lines);
        lines[699].Should().Be("GET /api/items/700 21 ms", "the numbers before the lines are not of them");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Long_lines_are_wrapped_where_that_is_wanted(bool script)
    {
        var (visitor, log) = await OpenAsync(width: 390, script: script);
        var lines = log.Locator(".lines");
        await lines.Locator("span").First.ScrollIntoViewIfNeededAsync();
        // A browser lays lines out once they come near its window.
        await Eventually.IsAsync("lines are as long as they are", async () => await lines.EvaluateAsync<int>(Overflow) > 0);

        await log.Locator("[data-wrap]").CheckAsync();

        (await lines.EvaluateAsync<int>(Overflow)).Should().Be(0);
        await visitor.ShouldFitAsync("lines are wrapped");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_has_a_link_that_leads_whoever_gets_it_there(bool script)
    {
        var (visitor, log) = await OpenAsync(script: script);
        await log.Locator(".lines a[href$=':700']").ClickAsync();
        visitor.Page.Url.Should().EndWith(":700");

        var another = await console.SignInAsync("/ui", script: script);
        await another.Page.GotoAsync(visitor.Page.Url);

        var line = another.Page.Locator(".lines span:target");
        await Expect(line).ToContainTextAsync("GET /api/items/700 ", new() { Timeout = ConsoleFixture.Patience });
        await Expect(line).ToBeInViewportAsync(new() { Timeout = ConsoleFixture.Patience });
        (await another.Page.Locator(".lines:has(:target)").CountAsync()).Should().Be(1);
    }

    [Fact]
    public async Task A_link_into_a_pod_that_is_folded_unfolds_it()
    {
        var (visitor, log) = await OpenAsync();
        var line = await log.Locator(".lines span").Nth(9).GetAttributeAsync("id");
        await visitor.Page.EvaluateAsync("document.querySelectorAll('details').forEach((d) => d.open = false)");

        await visitor.Page.EvaluateAsync("id => location.hash = id", line!);

        await Expect(visitor.Page.Locator(".lines span:target")).ToBeInViewportAsync(new() { Timeout = ConsoleFixture.Patience });
    }

    private static Task SeenAsync(ConsolePage visitor, string text) =>
        visitor.Page.WaitForFunctionAsync(Seen, text, new() { Timeout = ConsoleFixture.Patience });

    /// <summary>The page of a diagnostic with two long logs, and its log of a run before.</summary>
    private async Task<(ConsolePage Visitor, ILocator Log)> OpenAsync(int width = 1440, bool script = true, string last = "panic: it ends")
    {
        var result = DiagnosticExamples.CrashLoop(DateTimeOffset.UtcNow);
        result.PreviousLogTails[$"{Pod}/app"] = LogOf(last);
        result.LogTails["web-7d4f8b9c5-p9qlm/app"] = LogOf("ready");
        var visitor = await console.SignInAsync($"/ui/diagnostics/{await console.GivenDiagnosticAsync(result)}", width: width, script: script);
        return (visitor, visitor.Page.Locator(".log", new() { HasTextString = "Log of the run before" }).First);
    }

    private static ListValue LogOf(string last) => new()
    {
        Values =
        {
            Enumerable.Range(1, Lines - 1)
                .Select(i => Value.ForString($"GET /api/items/{i} {i % 97} ms{(i == 3 ? $" {new string('.', 1500)} far to the right" : "")}")),
            Value.ForString(last),
        },
    };
}
