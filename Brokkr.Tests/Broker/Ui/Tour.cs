using Brokkr.Broker.Alerts.Evaluation;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Ui;

/// <summary>A page of the console with something on it.</summary>
/// <param name="Name">What it is called in a failure and in a picture's name.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Says">What it says, with script and without.</param>
/// <param name="IsAdmins">Whether readers may not see it.</param>
public sealed record TourStop(string Name, string Path, string Says, bool IsAdmins = false);

/// <summary>Every page of the console, once.</summary>
internal static class Tour
{
    public static async Task<IReadOnlyList<TourStop>> GivenAsync(ConsoleFixture console)
    {
        var open = await console.GivenOpenDiagnosticAsync();
        var done = await console.GivenDiagnosticAsync(DiagnosticExamples.CrashLoop(DateTimeOffset.UtcNow));
        var shown = await console.GivenFleetAsync();
        await GivenAlertsAsync(console.Broker);
        var inStacks = shown.Object.Replace("/objects/", "/stacks/", StringComparison.Ordinal);
        return
        [
            new("fleet", "/ui", "Wrong now"), new("objects", "/ui/objects", "Conditions"),
            new("filtered", "/ui/objects?status=failing&text=nothing-like-it", "Nothing matches"), new("object", shown.Object, "CrashLoopBackOff"),
            new("clusters", "/ui/clusters", "Kubernetes"), new("cluster", shown.Cluster, "Objects, worst first"),
            new("add-cluster", "/ui/clusters/add", "What its agent does", IsAdmins: true), new("stacks", "/ui/stacks", "How they are"),
            new("stack", inStacks[..inStacks.LastIndexOf('/')], "Submit manifests"), new("revision", $"{inStacks}/revisions/1", "What changes"),
            new("alerts", "/ui/alerts", "CrashLoopBackOff"), new("silences", "/ui/alerts/silences", "patches of the night"),
            new("rules", "/ui/alerts/rules", "everything"), new("receivers", "/ui/alerts/receivers", "night-shift"),
            new("messages", "/ui/alerts/deliveries", "night-shift"), new("keys-list", "/ui/admin", "Make a key", IsAdmins: true),
            new("audit", "/ui/admin/audit", "Act", IsAdmins: true), new("open", $"/ui/diagnostics/{open.Id}", "Waits for"),
            new("diagnostic", $"/ui/diagnostics/{done}", "Could not read"), new("error", $"/ui/diagnostics/{Guid.NewGuid()}", "Request id"),
        ];
    }

    /// <summary>A receiver, an alert that it is told, and a silence of something else.</summary>
    private static async Task GivenAlertsAsync(BrokerFixture broker)
    {
        var rule = (string)(await broker.RestAsync(HttpMethod.Get, "/api/v1/alert-rules", broker.AdminPak)).Body["rules"]![0]!["id"]!;
        await broker.RestAsync(HttpMethod.Patch, $"/api/v1/alert-rules/{rule}", broker.AdminPak,
            """{"rule":{"wait_seconds":0,"interval_seconds":0,"hold_failing_seconds":0}}""");
        var (status, body) = await broker.RestAsync(HttpMethod.Post, "/api/v1/alert-receivers", broker.AdminPak,
            """{"name":"night-shift","kind":"webhook","url":"https://8.8.8.8/hook"}""");
        status.Should().Be(201, body.ToJsonString());
        using var admin = await PlainBrowser.SignedInAsync(broker, "admin");
        await admin.PostAsync(
            "/ui/alerts/silences", [("Sec-Fetch-Site", "same-origin")], ("names", "api"), ("hours", "4"), ("comment", "patches of the night"));
        (await broker.Services.GetRequiredService<WatchStore>().RunAsync(CancellationToken.None)).Should().BeTrue();
    }
}
