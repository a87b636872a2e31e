namespace Brokkr.Tests.Broker.Ui;

/// <summary>Nothing moves by itself while a page comes and while its times go on.</summary>
public sealed class ShiftTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    /// <summary>What the browser saw move that nobody had touched.</summary>
    private const string Watch = """
        window.moved = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            for (const { node, previousRect: from, currentRect: to } of entry.sources) {
              const name = node?.nodeType === 1 ? node.tagName + "." + node.className : node?.nodeName;
              window.moved.push(`${name} from ${from.x},${from.y} ${from.width}x${from.height} to ${to.x},${to.y} ${to.width}x${to.height}`);
            }
          }
        }).observe({ type: "layout-shift", buffered: true });
        """;

    /// <summary>Until everything that has come was laid out and painted, and the observer was told.</summary>
    private const string Settled =
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(window.moved), 100))))";

    [Theory]
    [InlineData(1440)]
    [InlineData(1024)]
    [InlineData(390)]
    public async Task No_page_moves_while_it_comes(int width)
    {
        var stops = await console.TourAsync();
        var page = (await console.SignInAsync(width: width)).Page;
        await page.AddInitScriptAsync(Watch);

        foreach (var stop in stops)
        {
            await page.GotoAsync(stop.Path);
            (await page.EvaluateAsync<string[]>(Settled)).Should().BeEmpty($"{stop.Name} at {width}");
        }
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(1024)]
    public async Task The_head_stays_as_it_is_whatever_the_age_of_the_page(int width)
    {
        var page = (await console.SignInAsync(width: width)).Page;
        const string places =
            "[...document.querySelectorAll('header > *')].map((e) => e.getBoundingClientRect()).map((at) => `${at.x} ${at.width}`)";
        var before = await page.EvaluateAsync<string[]>(places);

        foreach (var change in new[] { "textContent = 'as of 9 s ago'", "textContent = 'as of 59 min ago'", "textContent = 'as of 22:58:48'" })
        {
            await page.EvaluateAsync($"document.querySelector('#as-of > span').{change}");
            (await page.EvaluateAsync<string[]>(places)).Should().Equal(before, change);
        }

        await page.EvaluateAsync("document.getElementById('as-of').hidden = true");
        (await page.EvaluateAsync<string[]>(places)).Should().Equal(before, "a page that refreshes itself no more has the same head");
        await page.EvaluateAsync("document.getElementById('as-of').classList.add('late')");
        (await page.EvaluateAsync<string[]>(places)).Should().Equal(before);
    }
}
