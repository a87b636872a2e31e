using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Findings;

/// <summary>What each severity amounts to before and after its time.</summary>
public class FindingTests
{
    [Theory]
    [InlineData(nameof(Severity.Shown), "Healthy Healthy", "Healthy Healthy", "Healthy Healthy")]
    [InlineData(nameof(Severity.Suspended), "Suspended Healthy", "Suspended Healthy", "Suspended Healthy")]
    [InlineData(nameof(Severity.Progressing), "Progressing Healthy", "Progressing Healthy", "Progressing Healthy")]
    [InlineData(nameof(Severity.Pending), "Progressing Healthy", "Degraded Degraded", "Progressing Healthy")]
    [InlineData(nameof(Severity.Lasting), "Degraded Healthy", "Degraded Degraded", "Degraded Degraded")]
    [InlineData(nameof(Severity.Degraded), "Progressing Healthy", "Degraded Degraded", "Degraded Degraded")]
    [InlineData(nameof(Severity.Failing), "Progressing Healthy", "Failing Failing", "Failing Failing")]
    [InlineData(nameof(Severity.Unreadable), "Unknown Unknown", "Unknown Unknown", "Unknown Unknown")]
    [InlineData(nameof(Severity.LeftOut), "Unknown Healthy", "Unknown Healthy", "Unknown Healthy")]
    public void Row_and_overall_status_follow_from_severity_and_time(string severity, string before, string after, string withoutStart)
    {
        var finding = new Finding("Word", Enum.Parse<Severity>(severity), default) { Since = At(0), After = TimeSpan.FromMinutes(5) };

        Status(finding, 4.99).Should().Be(before);
        Status(finding, 5).Should().Be(after);
        Status(finding with { Since = null }, 600).Should().Be(withoutStart);
    }

    private static string Status(Finding finding, double minutes) => $"{finding.RowAt(At(minutes))} {finding.OverallAt(At(minutes))}";
}
