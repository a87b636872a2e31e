using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Tests.Faults;

/// <summary>The checker finds what it is there to find.</summary>
public sealed class HistoryTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);
    private static readonly DateTime Start = new(2026, 1, 15, 10, 30, 0, DateTimeKind.Utc);

    [Fact]
    public void A_good_history_has_no_violation()
    {
        var history = new History();
        history.Requested.Add("a");
        history.Claims.Add(new("a", 1, Start, "one"));
        history.Claims.Add(new("a", 2, Start + Lease, "two"));
        history.Answers.Add(new("a", 2, "a:2:x"));

        Check(history, new Ending("a", Word.Completed, 2, "a:2:x", 1)).Should().BeEmpty();
    }

    [Fact]
    public void A_hand_out_during_a_lease_is_found()
    {
        var history = new History();
        history.Claims.Add(new("a", 1, Start, "one"));
        history.Claims.Add(new("a", 2, Start + Lease - TimeSpan.FromMilliseconds(1), "two"));
        history.Claims.Add(new("b", 1, Start, "one"));
        history.Claims.Add(new("b", 1, Start, "two"));
        history.Claims.Add(new("c", 4, Start, "one"));

        Check(history).Should().HaveCount(3);
    }

    [Fact]
    public void An_answer_that_was_lost_or_overwritten_is_found()
    {
        var history = new History();
        history.Answers.Add(new("a", 1, "a:1:x"));
        history.Answers.Add(new("b", 1, "b:1:x"));
        history.Answers.Add(new("c", 1, null));

        Check(history, new Ending("a", Word.Failed, 1, null, 0), new Ending("b", Word.Completed, 2, "b:2:y", 1), new Ending("c", Word.Completed, 2, "c:1:z", 1))
            .Should().HaveCount(4);
    }

    [Fact]
    public void A_request_that_is_lost_or_stuck_is_found()
    {
        var history = new History();
        history.Requested.Add("lost");
        history.Requested.Add("stuck");
        history.Cancelled.Add("revived");

        Check(history, new Ending("stuck", Word.Claimed, 1, null, 0), new Ending("revived", Word.Completed, 1, "revived:1:x", 2)).Should().HaveCount(4);
    }

    private static List<string> Check(History history, params Ending[] endings) =>
        [.. history.Violations(endings.ToDictionary(e => e.RequestId), Lease, 3)];
}
