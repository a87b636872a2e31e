using Brokkr.Bench.Stage;
using Microsoft.Playwright;

namespace Brokkr.Bench.Browser;

/// <summary>What a browser saw of one page.</summary>
/// <param name="Paint">From the start of the navigation to the first text or picture.</param>
/// <param name="Answer">From the same start to the first byte of the broker's answer.</param>
/// <param name="Bytes">Of the page and of everything that it loads, as they came over the wire; what was cached counts, too.</param>
/// <param name="Shift">How much of it moved by itself, cumulative layout shift; 0 where nothing did.</param>
internal readonly record struct PageLook(TimeSpan Paint, TimeSpan Answer, double Bytes, double Shift);

/// <summary>A Chromium, signed in to the console.</summary>
internal sealed class BenchBrowser : IAsyncDisposable
{
    private const string PaintOf = """
        new Promise((done) => new PerformanceObserver((list) => {
          for (const paint of list.getEntriesByName('first-contentful-paint')) done(paint.startTime);
        }).observe({ type: 'paint', buffered: true }))
        """;

    private const string AnswerOf = "performance.getEntriesByType('navigation')[0].responseStart";

    private const string BytesOf = """
        ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type)).reduce((sum, e) => sum + e.encodedBodySize, 0)
        """;

    private const string ShiftOf = """
        new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const shift of list.getEntries()) sum += shift.value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => done(sum), 200);
        })
        """;

    /// <summary>From an act until the list that it asks for is painted.</summary>
    private const string TurnOf = """
        new Promise((done) => {
          const main = document.getElementById('main'), began = performance.now();
          new MutationObserver((_, seen) => {
            if (main.hasAttribute('aria-busy')) return;
            seen.disconnect();
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
          }).observe(main, { subtree: true, childList: true, attributes: true, characterData: true });
          {ACT};
        })
        """;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly Uri _broker;
    private readonly string _session;

    private BenchBrowser(IPlaywright playwright, IBrowser browser, Uri broker, string session) =>
        (_playwright, _browser, _broker, _session) = (playwright, browser, broker, session);

    public static async Task<BenchBrowser> StartAsync(Uri broker, string pak)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Programs.Chromium, Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        await using var context = await browser.NewContextAsync(new() { BaseURL = $"{broker}" });
        var page = await context.NewPageAsync();
        await page.GotoAsync("/ui/sign-in");
        await page.Locator("#pak").FillAsync(pak);
        await page.Locator("form[action='/ui/sign-in'] button").ClickAsync();
        await page.Locator("header nav").WaitForAsync();
        return new(playwright, browser, broker, await context.StorageStateAsync());
    }

    /// <summary>Opens a list and narrows it as a person does; answers how long that takes until it is painted.</summary>
    /// <param name="path">Where the list is.</param>
    /// <param name="act">What is done on the page, in its own language.</param>
    public async Task<TimeSpan> TurnAsync(string path, string act)
    {
        await using var context = await OpenAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return TimeSpan.FromMilliseconds(await page.EvaluateAsync<double>(TurnOf.Replace("{ACT}", act, StringComparison.Ordinal)));
    }

    /// <summary>Opens a page with an empty cache.</summary>
    public async Task<PageLook> LookAsync(string path)
    {
        await using var context = await OpenAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return new(
            TimeSpan.FromMilliseconds(await page.EvaluateAsync<double>(PaintOf)),
            TimeSpan.FromMilliseconds(await page.EvaluateAsync<double>(AnswerOf)), await page.EvaluateAsync<double>(BytesOf),
            await page.EvaluateAsync<double>(ShiftOf));
    }

    private Task<IBrowserContext> OpenAsync() => _browser.NewContextAsync(
        new() { BaseURL = $"{_broker}", StorageState = _session, ViewportSize = new() { Width = 1440, Height = 900 } });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
