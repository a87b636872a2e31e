using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Ui.Objects;
using Brokkr.Broker.Ui.Parts;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Tests.Broker.Ui.Objects;

public sealed class RibbonDaysTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_day_has_the_worst_status_of_its_hours()
    {
        var days = RibbonDays.Of(
            [Change(Now.AddDays(-2).AddHours(1), Word.Failing, Word.Healthy), Change(Now.AddDays(-2), Word.Healthy, Word.Failing)],
            Word.Healthy, Now.AddDays(-2).AddHours(1), [Revision(1, Now.AddDays(-4))], Now);

        days.Should().HaveCount(30);
        days[^1].Day.Should().Be(new DateOnly(2026, 11, 29));
        days.TakeLast(6).Select(d => d.Status).Should().Equal("", "healthy", "healthy", "failing", "healthy", "healthy");
    }

    [Fact]
    public void What_never_changed_is_as_it_is_since_it_is_so_and_not_before()
    {
        var days = RibbonDays.Of([], Word.Degraded, Now.AddDays(-1), [Revision(2, Now.AddDays(-1)), Revision(1, Now.AddDays(-9))], Now);

        days.TakeLast(3).Select(d => (d.Status, d.Revision)).Should().Equal(("", null), ("degraded", 2), ("degraded", null));
        days.Single(d => d.Revision == 1).Day.Should().Be(new DateOnly(2026, 11, 20));
    }

    [Fact]
    public void Days_say_themselves_and_all_together()
    {
        RibbonDay[] days = [new(new(2026, 11, 28), ""), new(new(2026, 11, 29), "failing", 3)];

        days.Select(d => d.Title).Should().Equal("2026-11-28: nothing known", "2026-11-29: failing; revision 3");
        RibbonDay.Summary(days).Should().Be("2 days: failing on 1");
    }

    private static TransitionRow Change(DateTimeOffset at, Word from, Word to) => new() { At = at, FromStatus = from, ToStatus = to };

    private static DeploymentObjectRow Revision(int number, DateTimeOffset at) =>
        new() { Id = Guid.Empty, StackId = Guid.Empty, Name = "web", Revision = number, CreatedAt = at };
}
