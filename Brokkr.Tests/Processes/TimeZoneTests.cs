namespace Brokkr.Tests.Processes;

/// <summary>The agent brings its time zones: the image that it runs in has none.</summary>
public sealed class TimeZoneTests : IDisposable
{
    private readonly string _empty = Directory.CreateTempSubdirectory("no-zones-").FullName;
    private readonly string _objects = Path.GetTempFileName();

    [Theory]
    [InlineData("America/New_York", "2026-01-10T08:09:00Z", "healthy")]
    [InlineData("America/New_York", "2026-01-10T08:11:00Z", "degraded")]
    [InlineData("Asia/Kolkata", "2026-01-10T08:09:00Z", "degraded")]
    public async Task A_schedule_in_a_time_zone_is_read_without_any_on_the_machine(string zone, string now, string status)
    {
        await File.WriteAllTextAsync(_objects, $$$"""
            {"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly","namespace":"shop","uid":"u","creationTimestamp":"2026-01-08T20:00:00Z"},
            "spec":{"schedule":"0 3 * * *","timeZone":"{{{zone}}}"},"status":{}}
            """);
        var environment = new Dictionary<string, string> { ["TZDIR"] = _empty };

        await using var agent = RunningProgram.Start("brokkr-agent", ["evaluate", "-f", _objects, "--now", now, "-o", "json"], environment);

        (await agent.ExitCodeAsync()).Should().Be(0, agent.Said);
        await Eventually.IsAsync("it has said all", () => Task.FromResult(agent.Said.Contains($"\"status\":\"{status}\"", StringComparison.Ordinal)));
    }

    public void Dispose()
    {
        Directory.Delete(_empty);
        File.Delete(_objects);
    }
}
