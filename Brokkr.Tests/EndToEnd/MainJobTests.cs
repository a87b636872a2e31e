using System.Text;
using Brokkr.Tests.Broker;

namespace Brokkr.Tests.EndToEnd;

/// <summary>Broker, agent and recorded cluster together, over real connections.</summary>
public sealed class MainJobTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly string[] PlantedSecrets =
    [
        "hunter2-planted", "planted-abcdef0123456789", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI", "eyJhbGciOiJIUzI1NiJ9", "planted-pass", "planted-signature",
        "MIIplantedprivatekeymaterial", "planted-json-key",
    ];

    [Fact]
    public async Task A_change_in_the_cluster_changes_the_row_and_diagnostics_come_back()
    {
        await using var cluster = await WatchedCluster.StartAsync(broker, "crash-loop", "healthy-web");

        var crash = await cluster.HealthBecomesAsync("crash-loop", h => h["status"]!.GetValue<string>() == "degraded");
        crash["summary"]!["conditions"]!.AsArray().Select(c => c!.GetValue<string>()).Should().Contain("CrashLoopBackOff");
        var web = await cluster.HealthBecomesAsync("healthy-web", h => h["status"]!.GetValue<string>() == "healthy");
        web["summary"]!["pods_ready"]!.GetValue<int>().Should().Be(2);

        var result = await cluster.DiagnoseAsync("crash-loop");
        result["log_tails"]!.ToJsonString().Should().Contain("Error connecting to database");
        result["previous_log_tails"]!.ToJsonString().Should().Contain("Error connecting to database");
        result["pod_statuses"]![0]!["container_statuses"]![0]!["last_state"]!["exit_code"]!.GetValue<int>().Should().Be(3);
        result["events"]!.AsArray().Select(e => e!["reason"]!.GetValue<string>()).Should().Contain("BackOff");

        using var http = cluster.Client();
        (await http.DeleteAsync("/apis/apps/v1/namespaces/prod/deployments/web")).EnsureSuccessStatusCode();
        using var past = new StringContent("""{"spec":{"replicas":0},"status":{"replicas":0}}""", Encoding.UTF8, "application/merge-patch+json");
        (await http.PatchAsync("/apis/apps/v1/namespaces/prod/deployments/crash", past)).EnsureSuccessStatusCode();
        await cluster.HealthBecomesAsync("healthy-web", h => h["summary"]!["pods_ready"]!.GetValue<int>() == 0);
    }

    [Fact]
    public async Task A_stored_diagnostic_of_hostile_logs_holds_no_secret_and_nothing_that_moves_a_terminal()
    {
        await using var cluster = await WatchedCluster.StartAsync(broker, "noisy-logs");

        var result = await cluster.DiagnoseAsync("noisy-logs");

        var lines = result["log_tails"]!["noisy/app"]!.AsArray().Select(l => l!.GetValue<string>()).ToList();
        foreach (var secret in PlantedSecrets)
            result.ToJsonString().Should().NotContain(secret);
        lines.SelectMany(l => l.EnumerateRunes()).Where(IsHostile).Should().BeEmpty();
        lines[^1].Should().Be("ordinary: tokens=5 passwords=0 secretary called, bearer of news");
        lines.Should().OnlyContain(l => Encoding.UTF8.GetByteCount(l) <= 4096 + 64, "a line is cut at 4 KiB, with a mark");
        result["redaction"]!["counts"]!.AsObject().Sum(c => c.Value!.GetValue<int>()).Should().BeGreaterThan(0);
        var stored = (string)(await broker.SqlAsync("SELECT string_agg(r::text, '') FROM diagnostic_results r"))!;
        foreach (var secret in PlantedSecrets)
            stored.Should().NotContain(secret);
    }

    private static bool IsHostile(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control
        || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 or >= 0x200B and <= 0x200F or 0x061C or 0xFEFF;
}
