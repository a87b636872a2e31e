using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Ui.Parts;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>Draws the days of a deployment object in one cluster from its changes. Pure.</summary>
internal static class RibbonDays
{
    public const int Days = 30;

    /// <summary>The worst status of each of the last days, oldest first.</summary>
    /// <param name="changes">Newest first.</param>
    /// <param name="status">What stands now.</param>
    /// <param name="since">Since when; null where that is not known.</param>
    /// <param name="revisions">Newest first.</param>
    /// <param name="now">The present moment.</param>
    public static IReadOnlyList<RibbonDay> Of(
        IReadOnlyList<TransitionRow> changes, Word status, DateTimeOffset? since, IReadOnlyList<DeploymentObjectRow> revisions,
        DateTimeOffset now)
    {
        var spans = Spans(changes, status, since ?? now, revisions, now).ToList();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return
        [
            .. Enumerable.Range(1 - Days, Days).Select(today.AddDays).Select(day =>
            {
                var (begins, ends) = (Midnight(day), Midnight(day.AddDays(1)));
                var held = spans.Where(s => s.From < ends && s.To > begins).Select(s => s.Status).ToList();
                var came = revisions.FirstOrDefault(r => r.CreatedAt >= begins && r.CreatedAt < ends)?.Revision;
                return new RibbonDay(day, held.Count == 0 ? "" : StatusShape.WordOf(held.MinBy(HealthWords.Rank)), came);
            }),
        ];
    }

    /// <summary>From when to when which status held; before the first change it was what that led away from.</summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To, Word Status)> Spans(
        IReadOnlyList<TransitionRow> changes, Word status, DateTimeOffset since, IReadOnlyList<DeploymentObjectRow> revisions,
        DateTimeOffset now)
    {
        var end = now.AddTicks(1);
        foreach (var change in changes)
        {
            yield return (change.At, end, change.ToStatus);
            end = change.At;
        }

        var first = revisions.Count > 0 ? revisions[^1].CreatedAt : since;
        if (changes.Count > 0)
            yield return (first, end, changes[^1].FromStatus);
        else
            yield return (since, end, status);
    }

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
}
