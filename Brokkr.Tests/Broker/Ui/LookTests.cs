namespace Brokkr.Tests.Broker.Ui;

/// <summary>How pages look to whom: in windows of every width, in both themes, to both roles, to a keyboard, and without script.</summary>
public sealed class LookTests(ConsoleFixture console) : IClassFixture<ConsoleFixture>
{
    /// <summary>Every width and both themes. What axe looks at takes the longest: of each page as many windows as have something of their own.</summary>
    private static readonly (int Width, string Theme, bool IsExamined)[]
        ForAdmins = [(1440, "light", true), (1024, "dark", false), (390, "dark", true)],
        ForReaders = [(1440, "dark", false), (1024, "light", true), (390, "light", false)];

    [Fact]
    public async Task Every_page_is_accessible_and_fits_its_window()
    {
        var visitor = await console.OpenAsync();
        await visitor.Page.GotoAsync("/ui/sign-in");
        await LookAsync(visitor, "sign-in", ForAdmins);

        var stops = await console.TourAsync();
        var admin = await console.SignInByFormAsync("/ui");
        var reader = await console.SignInAsync(pak: (await console.Broker.GivenPakAsync("reader")).Pak);
        foreach (var stop in stops)
        {
            await admin.Page.GotoAsync(stop.Path);
            await LookAsync(admin, stop.Name, ForAdmins);
            await reader.Page.GotoAsync(stop.Path);
            (await reader.Page.Locator("main").InnerTextAsync()).Should().Contain(stop.IsAdmins ? "Not allowed" : stop.Says, stop.Name);
            await LookAsync(reader, $"{stop.Name}-reader", ForReaders);
        }

        await admin.Page.Keyboard.PressAsync("?");
        await LookAsync(admin, "keys", ForAdmins);
    }

    [Fact]
    public async Task What_a_form_leads_to_is_as_well_made()
    {
        var stops = await console.TourAsync();
        var admin = await console.SignInAsync();
        foreach (var (name, yaml, says) in new[]
        {
            ("refused", "kind: [", "Line "),
            ("checked", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\n", "It takes the place of revision 1."),
        })
        {
            await admin.Page.GotoAsync(stops.First(s => s.Name == "stack").Path);
            await admin.Page.Locator("#name").FillAsync("web");
            await admin.Page.Locator("#yaml").FillAsync(yaml);
            await admin.Page.Locator("#yaml ~ button").ClickAsync();
            (await admin.Page.Locator("main").InnerTextAsync()).Should().Contain(says);
            await LookAsync(admin, name, ForAdmins);
        }

        await admin.Page.GotoAsync("/ui/clusters/add");
        await admin.Page.Locator("#name").FillAsync("eu-new");
        await admin.Page.Locator("main button[type=submit]").ClickAsync();
        (await admin.Page.Locator("main").InnerTextAsync()).Should().Contain("With Helm");
        await LookAsync(admin, "added", ForAdmins);
    }

    [Fact]
    public async Task By_keyboard_alone_every_control_is_reached()
    {
        var stops = await console.TourAsync();
        var page = (await console.SignInAsync()).Page;
        foreach (var name in new[] { "fleet", "objects", "object", "clusters", "cluster", "stack", "alerts", "open" })
        {
            await page.GotoAsync(stops.First(s => s.Name == name).Path);
            // As many steps as there are places to stop at, and a few that a browser takes for itself.
            var stations = await page.EvaluateAsync<int>("""
                window.controls = () => [...document.querySelectorAll('a[href], button:enabled, input:enabled, select, textarea, summary')]
                  .filter((e) => e.type !== 'hidden' && e.checkVisibility({ visibilityProperty: true }));
                window.reached = new Set();
                document.addEventListener('focusin', (event) => window.reached.add(event.target));
                controls().length + document.querySelectorAll('[tabindex="0"]').length
                """);
            for (var i = 0; i < stations + 3; i++)
                await page.Keyboard.PressAsync("Tab");

            (await page.EvaluateAsync<string[]>("controls().filter((e) => !reached.has(e)).map((e) => e.outerHTML)")).Should().BeEmpty(name);
        }
    }

    [Fact]
    public async Task Without_script_every_page_reads_and_the_form_works()
    {
        var stops = await console.TourAsync();
        var page = (await console.SignInAsync(script: false)).Page;

        foreach (var stop in stops)
        {
            await page.GotoAsync(stop.Path);
            (await page.Locator("main").InnerTextAsync()).Should().Contain(stop.Says, stop.Name);
            (await page.Locator("[data-find]:visible, [data-copy]:visible, [data-help]:visible").CountAsync()).Should().Be(0, "these need script");
        }

        await page.GotoAsync(stops.First(s => s.Name == "object").Path);
        await page.Locator("button[data-act=diagnose]").ClickAsync();
        page.Url.Should().Contain("/ui/diagnostics/");
    }

    private static async Task LookAsync(ConsolePage page, string name, (int Width, string Theme, bool IsExamined)[] windows)
    {
        foreach (var (width, theme, isExamined) in windows)
        {
            await page.ResizeAsync(width, theme);
            await page.ShouldFitAsync($"{name} at {width} in {theme}");
            if (isExamined)
                await page.ShouldBeAccessibleAsync($"{name} at {width} in {theme}");
            if (Environment.GetEnvironmentVariable("BROKKR_TEST_SHOTS") is { Length: > 0 } folder)
                await page.ShotAsync(Path.Combine(folder, $"{name}-{width}-{theme}.png"));
        }
    }
}
