using Microsoft.Playwright;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>A broker whose console is looked at in a real browser, which is one for the whole run.</summary>
public sealed class ConsoleFixture : IAsyncLifetime
{
    /// <summary>What a shared machine may take for anything that a test waits for.</summary>
    public const int Patience = 60_000;

    private static readonly Lazy<Task<IBrowser>> Browser = new(LaunchAsync);

    private readonly List<IBrowserContext> _contexts = [];
    private Task<IReadOnlyList<TourStop>>? _tour;

    public BrokerFixture Broker { get; } = new();

    public Uri Url => Broker.Urls[0];

    /// <summary>However slow the machine is: what is silent has been so for longer than any test takes.</summary>
    public Task InitializeAsync()
    {
        Broker.Options.Health.StaleAfterSeconds = 3600;
        return Broker.InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var context in _contexts)
            await context.CloseAsync();
        await Broker.DisposeAsync();
    }

    /// <summary>Every page, with something on it.</summary>
    public Task<IReadOnlyList<TourStop>> TourAsync() => _tour ??= Tour.GivenAsync(this);

    /// <summary>A browser of its own for somebody who is not signed in.</summary>
    public async Task<ConsolePage> OpenAsync(int width = 1440, string theme = "light", bool script = true, string zone = "Europe/Berlin")
    {
        var context = await (await Browser.Value).NewContextAsync(new()
        {
            BaseURL = $"{Url}",
            ViewportSize = new() { Width = width, Height = 900 },
            JavaScriptEnabled = script,
            TimezoneId = zone,
            Locale = "en-GB",
            ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
        });
        context.SetDefaultTimeout(Patience);
        context.SetDefaultNavigationTimeout(Patience);
        _contexts.Add(context);
        return await ConsolePage.OfAsync(await context.NewPageAsync());
    }

    /// <summary>A browser of its own for the holder of a key, on a page.</summary>
    public async Task<ConsolePage> SignInAsync(string path = "/ui", string? pak = null, int width = 1440, string theme = "light", bool script = true,
        string zone = "Europe/Berlin")
    {
        using var plain = new PlainBrowser(Url);
        using var answer = await plain.SignInAsync(pak ?? Broker.AdminPak);
        var cookie = plain.Cookie!.Split('=', 2);
        var console = await OpenAsync(width, theme, script, zone);
        await console.Page.Context.AddCookiesAsync(
            [new() { Name = cookie[0], Value = cookie[1], Url = $"{Url}", HttpOnly = true, SameSite = SameSiteAttribute.Lax }]);
        await console.Page.GotoAsync(path);
        return console;
    }

    /// <summary>The same as people do it, with the cookie that the broker sets.</summary>
    public async Task<ConsolePage> SignInByFormAsync(string path)
    {
        var console = await OpenAsync();
        await console.Page.GotoAsync($"/ui/sign-in?return={Uri.EscapeDataString(path)}");
        await console.Page.Locator("#pak").FillAsync(Broker.AdminPak);
        await console.Page.Locator("form[action='/ui/sign-in'] button").ClickAsync();
        await console.Page.Locator("header nav").WaitForAsync();
        console.Page.Url.Should().EndWith(path);
        return console;
    }

    /// <summary>A stack in two clusters, of which one is ill and one silent; answers the pages of its deployment object and of the ill one.</summary>
    public async Task<(string Object, string Cluster)> GivenFleetAsync()
    {
        var stack = await Broker.GivenStackAsync();
        var web = await Broker.GivenObjectAsync(stack);
        var (ill, silent) = (await Broker.GivenAgentAsync(stack), await Broker.GivenAgentAsync(stack));
        await Broker.ReportAsync(silent, web, "degraded");
        await Broker.AgeAsync($"p.agent_id = '{silent.Id}'", 7200);
        await Broker.SqlAsync($"UPDATE agents SET last_seen_at = NOW() - INTERVAL '2 hours' WHERE id = '{silent.Id}'");
        await Broker.ReportInFullAsync(ill, web);
        return (
            $"/ui/objects/{await Broker.SqlAsync($"SELECT name FROM stacks WHERE id = '{stack}'")}/web",
            $"/ui/clusters/{await Broker.SqlAsync($"SELECT name FROM agents WHERE id = '{ill.Id}'")}");
    }

    /// <summary>Asks for a diagnostic, which nobody takes, and answers its identifier.</summary>
    public async Task<(string Id, (string Id, string Pak) Agent)> GivenOpenDiagnosticAsync(string name = "web")
    {
        var stack = await Broker.GivenStackAsync();
        var target = await Broker.GivenObjectAsync(stack, name);
        var agent = await Broker.GivenAgentAsync(stack);
        var (status, body) = await Broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{target}/diagnostics", Broker.AdminPak);
        status.Should().Be(202, body.ToJsonString());
        return ((string)body["request_id"]!, agent);
    }

    /// <summary>Answers a diagnostic in an agent's name.</summary>
    internal async Task AnswerAsync(string id, (string Id, string Pak) agent, Wire.SubmitResultRequest result)
    {
        var (status, claim) = await Broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{id}/claim", agent.Pak);
        status.Should().Be(200, claim.ToJsonString());
        var wire = result.Clone();
        (wire.RequestId, wire.Attempt) = (id, (int)claim["attempt"]!);
        await new Wire.DiagnosticsService.DiagnosticsServiceClient(Broker.Grpc).SubmitResultAsync(wire, BrokerFixture.As(agent.Pak));
    }

    /// <summary>A diagnostic that was answered.</summary>
    internal async Task<string> GivenDiagnosticAsync(Wire.SubmitResultRequest result, string name = "web")
    {
        var (id, agent) = await GivenOpenDiagnosticAsync(name);
        await AnswerAsync(id, agent, result);
        return id;
    }

    private static async Task<IBrowser> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium
            .LaunchAsync(new() { ExecutablePath = Chromium(), Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => playwright.Dispose();
        return browser;
    }

    private static string Chromium() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, "chromium")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("chromium is needed: install it (on Debian: apt-get install chromium).");
}
