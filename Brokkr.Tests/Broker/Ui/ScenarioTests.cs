using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Brokkr.Tests.EndToEnd;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>The recorded scenarios, found by whoever follows links only.</summary>
public sealed class ScenarioTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task The_cause_of_each_recorded_scenario_is_at_most_four_clicks_from_the_fleet()
    {
        var expected = JsonSerializer.Deserialize<Dictionary<string, string>>(
            await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Fixtures, "expected.json")))!;
        await using var cluster = await WatchedCluster.StartAsync(broker, [.. expected.Keys]);
        using var reader = await PlainBrowser.SignedInAsync(broker, "reader");

        expected.Should().HaveCount(16);
        foreach (var (scenario, status) in expected)
        {
            var health = await cluster.HealthBecomesAsync(scenario, h => h["status"]!.GetValue<string>() == status);
            var (page, clicks) = await FollowAsync(reader, scenario, status);

            clicks.Should().BeLessThanOrEqualTo(4, scenario);
            if (health["summary"]!["findings"]!.AsArray().FirstOrDefault(f => (string)f!["severity"]! == status) is { } cause)
                page.Should().Contain((string)cause["condition"]!, scenario).And.Contain((string)cause["message"]!, scenario);
            else
                page.Should().Contain("Healthy in", scenario);
        }
    }

    /// <summary>What is wrong is on the first page; everything is behind the count of its status.</summary>
    private static async Task<(string Page, int Clicks)> FollowAsync(PlainBrowser browser, string scenario, string status)
    {
        var (page, clicks) = (await browser.ReadAsync("/ui"), 0);
        while (LinkIn(page, $"/ui/objects/[^/\"]+/{scenario}(\\?[^\"]*)?") is null)
        {
            var next = clicks == 0 ? LinkIn(page, $"/ui/objects\\?status={status}") : LinkIn(page, "/ui/objects\\?[^\"]*after=[^\"]*");
            (page, clicks) = (await browser.ReadAsync(next ?? throw new InvalidOperationException($"No way to {scenario}.")), clicks + 1);
        }

        return (WebUtility.HtmlDecode(await browser.ReadAsync(LinkIn(page, $"/ui/objects/[^/\"]+/{scenario}(\\?[^\"]*)?")!)), clicks + 1);
    }

    private static string? LinkIn(string page, string pattern) =>
        Regex.Match(page, $"href=\"({pattern})\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
}
