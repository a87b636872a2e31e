using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>An Alertmanager as it is installed elsewhere.</summary>
public sealed class AlertmanagerTests : IAsyncLifetime, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-alertmanager-").FullName;
    private readonly string _url = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly HttpClient _http = new();
    private Inbox _inbox = null!;
    private Process _alertmanager = null!;

    public async Task InitializeAsync()
    {
        _inbox = await Inbox.OpenAsync();
        var configuration = Path.Combine(_directory, "alertmanager.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            route: {receiver: inbox, group_by: [alertname, stack, agent], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
            receivers: [{name: inbox, webhook_configs: [{url: "{{_inbox.Url}}/from-alertmanager", send_resolved: true}]}]
            """);
        try
        {
            _alertmanager = Process.Start(new ProcessStartInfo("prometheus-alertmanager",
            [
                $"--config.file={configuration}", $"--storage.path={_directory}/data", $"--web.listen-address={new Uri(_url).Authority}",
                "--cluster.listen-address=", "--log.level=error",
            ]))!;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException("prometheus-alertmanager is needed, which ./test brings along; otherwise it is Debian's package of that name.");
        }

        await Eventually.IsAsync("the Alertmanager is ready", async () =>
        {
            _alertmanager.HasExited.Should().BeFalse();
            try
            {
                return (await _http.GetAsync($"{_url}/-/ready")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task It_shows_what_fires_and_tells_of_its_end()
    {
        await using var alerts = await AlertFixture.StartAsync();
        await alerts.GivenReceiverAsync("am", $$"""{"name":"am","kind":"alertmanager","url":"{{_url}}"}""");
        var (agent, web) = await alerts.GivenWebAsync();
        await alerts.Broker.ReportAsync(agent, web, "failing");
        await FeedAsync();

        var shown = JsonNode.Parse(await _http.GetStringAsync($"{_url}/api/v2/alerts"))!.AsArray().Should().ContainSingle().Subject!;
        (shown["labels"]!["alertname"]!.GetValue<string>(), shown["labels"]!["deployment_object"]!.GetValue<string>()).Should()
            .Be(("BrokkrDeploymentObject", "web"));
        shown["annotations"]!["summary"]!.GetValue<string>().Should().Contain("failing");
        shown["status"]!["state"]!.GetValue<string>().Should().BeOneOf("active", "unprocessed");
        await Eventually.IsAsync("it tells that it fires", () => ToldAsync("firing"));

        await FeedAsync();
        await alerts.Broker.ReportAsync(agent, web, "healthy");
        await FeedAsync();
        await Eventually.IsAsync("it tells that it is over", () => ToldAsync("resolved"));

        (await _http.GetStringAsync($"{_url}/api/v2/alerts")).Should().Be("[]\n");
        _inbox.Bodies.Select(b => (string)b["status"]!).Should().Equal("firing", "resolved");

        async Task FeedAsync()
        {
            await alerts.LookAsync();
            await alerts.Broker.Services.GetRequiredService<AlertmanagerFeed>().FeedAsync(CancellationToken.None);
        }
    }

    public async Task DisposeAsync()
    {
        _alertmanager.Kill();
        await _alertmanager.WaitForExitAsync();
        await _inbox.DisposeAsync();
    }

    public void Dispose()
    {
        _alertmanager.Dispose();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private Task<bool> ToldAsync(string status) => Task.FromResult(_inbox.Bodies.Any(b => (string)b["status"]! == status));
}
