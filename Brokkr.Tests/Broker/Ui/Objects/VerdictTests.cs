using Brokkr.Broker.Ui.Objects;
using Brokkr.Contracts.Text;
using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Ui.Objects;

public sealed class VerdictTests
{
    private static readonly DateTimeOffset Since = new(2026, 11, 29, 14, 2, 0, TimeSpan.Zero);

    [Fact]
    public void What_is_well_says_how_many_pods_are_ready() =>
        Said(AVerdict(Word.Healthy)).Should().Be("Healthy in eu-3 for …: 2 of 3 pods ready.");

    [Fact]
    public void A_rollout_is_told_from_rest()
    {
        var verdict = AVerdict(Word.Degraded);
        verdict.RollingOut = true;

        Said(verdict).Should().Be("Degraded in eu-3 for …, rolling out: 2 of 3 pods ready.");
    }

    [Fact]
    public void What_is_not_says_the_worst_finding()
    {
        var verdict = AVerdict(Word.Failing, "CrashLoopBackOff");
        verdict.Summary.Findings.Add(new Wire.Finding
        {
            Condition = "CrashLoopBackOff",
            Severity = Word.Failing,
            Kind = "Pod",
            Name = "web-1",
            Container = "app",
            ExitCode = 2,
            Restarts = 7,
        });

        Said(verdict).Should().Be("Failing in eu-3 for …: CrashLoopBackOff on container app of Pod web-1, exit code 2, 7 restarts.");
    }

    [Theory]
    [InlineData("Stale", "eu-3 is silent for …; before that it was degraded.")]
    [InlineData("AwaitingReport", "eu-3 was given it and has not reported yet, for …: that takes a minute.")]
    [InlineData("NeverReported", "eu-3 has never reported about it, for …: see whether its agent runs.")]
    public void Silence_is_said_as_such(string condition, string expected)
    {
        var verdict = AVerdict(Word.Unknown, condition);
        verdict.LastKnownStatus = Word.Degraded;

        Said(verdict).Should().Be(expected);
    }

    [Theory]
    [InlineData("ImagePullBackOff", "The image cannot be had. The message says why.")]
    [InlineData("OOMKilled", "The container needed more memory than its limit.")]
    [InlineData("NotReady", "The pod runs, and its readiness probe does not pass")]
    [InlineData("Stale", "Nothing was heard about the object for stale_after_seconds")]
    public void Conditions_mean_what_the_documentation_says(string condition, string means) =>
        ConditionGuide.Of(condition)!.Means.Should().StartWith(means);

    [Theory]
    [InlineData("ApplyFailed", "See applying. The agent tries again by itself; a mistake in the manifest needs a new revision.")]
    [InlineData("Lost", "Restore the volume, or the data into a new claim.")]
    public void The_documentations_advice_is_plain_text(string condition, string advice) =>
        ConditionGuide.Of(condition)!.Advice.Should().Be(advice);

    [Fact]
    public void What_the_documentation_does_not_name_has_no_note() => ConditionGuide.Of("<script>").Should().BeNull();

    private static string Said(Wire.AgentVerdict verdict)
    {
        var said = Verdict.Of(verdict);
        said.Since.Should().Be(Since);
        return $"{said.Before} …{said.After}";
    }

    private static Wire.AgentVerdict AVerdict(Word status, params string[] conditions) => new()
    {
        AgentName = "eu-3",
        Status = status,
        Since = Since.ToTimestamp(),
        Summary = new() { PodsReady = 2, PodsTotal = 3, Conditions = { conditions } },
    };
}
