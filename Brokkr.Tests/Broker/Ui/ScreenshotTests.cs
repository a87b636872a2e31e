namespace Brokkr.Tests.Broker.Ui;

/// <summary>Takes the pictures of docs/console.md: <c>./test --screenshots</c>.</summary>
[Trait("Category", "Screenshots")]
public sealed class ScreenshotTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    [Fact]
    public async Task The_pictures_are_taken()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "docs", "images");
        var fleet = await ExampleFleet.GivenAsync(console.Broker);
        var open = await console.GivenDiagnosticAsync(DiagnosticExamples.CrashLoop(DateTimeOffset.UtcNow), "web");
        var light = await console.SignInAsync();
        foreach (var (page, name, path) in new[]
        {
            (light, "console-fleet", "/ui"), (light, "console-object", fleet), (light, "console-diagnostic", $"/ui/diagnostics/{open}"),
            (await console.SignInAsync(theme: "dark"), "console-objects-dark", "/ui/objects"),
        })
        {
            await page.Page.GotoAsync(path);
            var picture = Path.Combine(folder, $"{name}.png");
            await page.ShotAsync(picture);
            new FileInfo(picture).Length.Should().BeGreaterThan(20_000);
        }
    }
}
