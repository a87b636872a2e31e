using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>A page in a browser, and what it complained about.</summary>
public sealed class ConsolePage
{
    private readonly List<string> _complaints = [];

    private ConsolePage(IPage page) => Page = page;

    public IPage Page { get; }

    /// <summary>What the policy refused, and every error of a script.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public static async Task<ConsolePage> OfAsync(IPage page)
    {
        var console = new ConsolePage(page);
        page.PageError += (_, error) => console._complaints.Add(error);
        page.Console += (_, message) =>
        {
            // A status of an answer is no error of the page.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                console._complaints.Add(message.Text);
        };
        await page.AddInitScriptAsync(
            "addEventListener('securitypolicyviolation', e => console.error(`refused ${e.violatedDirective} ${e.blockedURI} ${e.sample}`), true)");
        return console;
    }

    /// <summary>Another window and another theme of the system, in the same page.</summary>
    public async Task ResizeAsync(int width, string theme)
    {
        await Page.SetViewportSizeAsync(width, 900);
        await Page.EmulateMediaAsync(new() { ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light });
    }

    /// <summary>The page is no wider than its window, and complains about nothing.</summary>
    public async Task ShouldFitAsync(string because)
    {
        (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).Should().Be(0, because);
        Complaints.Should().BeEmpty(because);
    }

    /// <summary>What the page shows is accessible, as far as rules can tell.</summary>
    public async Task ShouldBeAccessibleAsync(string because)
    {
        var found = await Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        found.Violations.Select(v =>
            $"{v.Id}: {v.Help} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html + " " + string.Join(';', n.Any.Select(c => c.Message))))}").Should()
            .BeEmpty(because);
    }

    /// <summary>The page as a picture, for whoever looks.</summary>
    public Task ShotAsync(string path) => Page.ScreenshotAsync(new() { Path = path, FullPage = false });
}
