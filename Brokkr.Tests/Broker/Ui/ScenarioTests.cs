using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
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
            await cluster.HealthBecomesAsync(scenario, h => h["status"]!.GetValue<string>() == status);
            var (path, clicks) = await FollowAsync(reader, scenario, status);
            clicks.Should().BeLessThanOrEqualTo(4, scenario);

            // What an event says comes after the pod that it is about, so the page may be a report ahead of what was read before it.
            var page = "";
            await cluster.HealthBecomesAsync(scenario, async health =>
            {
                page = WebUtility.HtmlDecode(await reader.ReadAsync(path));
                return Words(health, status).All(word => word.Length > 0 && page.Contains(word, StringComparison.Ordinal));
            });
            page.Should().Contain(status == "healthy" ? "Healthy in" : status, scenario);
        }
    }

    /// <summary>The condition and the message of what makes an object what it is; nothing where it is healthy.</summary>
    private static IEnumerable<string> Words(JsonNode health, string status)
    {
        if (status == "healthy")
            return [];
        var cause = health["summary"]!["findings"]!.AsArray().FirstOrDefault(f => (string)f!["severity"]! == status);
        return [(string?)cause?["condition"] ?? "", (string?)cause?["message"] ?? ""];
    }

    /// <summary>What is wrong is on the first page; everything is behind the count of its status.</summary>
    private static async Task<(string Path, int Clicks)> FollowAsync(PlainBrowser browser, string scenario, string status)
    {
        var (page, clicks) = (await browser.ReadAsync("/ui"), 0);
        while (LinkIn(page, $"/ui/objects/[^/\"]+/{scenario}(\\?[^\"]*)?") is null)
        {
            var next = clicks == 0 ? LinkIn(page, $"/ui/objects\\?status={status}") : LinkIn(page, "/ui/objects\\?[^\"]*after=[^\"]*");
            (page, clicks) = (await browser.ReadAsync(next ?? throw new InvalidOperationException($"No way to {scenario}.")), clicks + 1);
        }

        return (LinkIn(page, $"/ui/objects/[^/\"]+/{scenario}(\\?[^\"]*)?")!, clicks + 1);
    }

    private static string? LinkIn(string page, string pattern) =>
        Regex.Match(page, $"href=\"({pattern})\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;
}
