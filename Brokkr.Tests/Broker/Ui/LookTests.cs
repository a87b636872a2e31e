namespace Brokkr.Tests.Broker.Ui;

public sealed class LookTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    [Theory]
    [InlineData(1440, "light")]
    [InlineData(1440, "dark")]
    [InlineData(1024, "light")]
    [InlineData(1024, "dark")]
    [InlineData(390, "light")]
    [InlineData(390, "dark")]
    public async Task Every_page_is_accessible_and_fits_its_window(int width, string theme)
    {
        var open = await console.GivenOpenDiagnosticAsync();
        var done = await console.GivenDiagnosticAsync(DiagnosticExamples.CrashLoop(DateTimeOffset.UtcNow));
        var visitor = await console.OpenAsync(width, theme);
        await visitor.Page.GotoAsync("/ui/sign-in");
        await LookAsync(visitor, "sign-in");

        var shown = await console.GivenFleetAsync();
        var admin = await console.SignInAsync(width: width, theme: theme);
        await LookAsync(admin, "fleet");
        (string Name, string Path)[] pages =
        [
            ("clusters", "/ui/clusters"), ("cluster", shown.Cluster), ("add-cluster", "/ui/clusters/add"), ("stacks", "/ui/stacks"),
            ("objects", "/ui/objects"), ("filtered", "/ui/objects?status=failing&text=nothing-like-it"), ("object", shown.Object),
            ("alerts", "/ui/alerts"), ("silences", "/ui/alerts/silences"), ("rules", "/ui/alerts/rules"), ("receivers", "/ui/alerts/receivers"),
            ("messages", "/ui/alerts/deliveries"), ("keys-list", "/ui/admin"), ("audit", "/ui/admin/audit"), ("open", $"/ui/diagnostics/{open.Id}"),
            ("diagnostic", $"/ui/diagnostics/{done}"), ("error", $"/ui/diagnostics/{Guid.NewGuid()}"),
        ];
        foreach (var (name, path) in pages)
        {
            await admin.Page.GotoAsync(path);
            await LookAsync(admin, name);
        }

        await admin.Page.Keyboard.PressAsync("?");
        await LookAsync(admin, "keys");

        async Task LookAsync(ConsolePage page, string name)
        {
            await page.ShouldBeWellMadeAsync($"{name} at {width} in {theme}");
            if (Environment.GetEnvironmentVariable("BROKKR_TEST_SHOTS") is { Length: > 0 } folder)
                await page.ShotAsync(Path.Combine(folder, $"{name}-{width}-{theme}.png"));
        }
    }
}
