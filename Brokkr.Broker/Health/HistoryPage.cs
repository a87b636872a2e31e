using System.Globalization;
using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Health;

/// <summary>A page of changes, newest first.</summary>
internal readonly record struct HistoryPage(int Size, DateTimeOffset? Before, long Id, Guid AgentId)
{
    public int Fetch => Size + 1;

    public static HistoryPage Of(int pageSize, string pageToken)
    {
        var size = Requests.PageSize(pageSize, allByDefault: false);
        return Requests.PageKeys(pageToken, 3) switch
        {
            [] => new(size, null, 0, Guid.Empty),
            [var at, var id, var agentId] when DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var before)
                && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Guid.TryParse(agentId, out var agent)
                => new(size, before, number, agent),
            _ => throw Requests.BadPageToken(),
        };
    }

    /// <summary>Takes the surplus row off and answers the token of the next page, empty on the last.</summary>
    public string Cut(List<TransitionRow> rows)
    {
        if (rows.Count <= Size)
            return "";
        rows.RemoveRange(Size, rows.Count - Size);
        var last = rows[^1];
        return Requests.PageToken(last.At.ToString("O", CultureInfo.InvariantCulture), last.Id.ToString(CultureInfo.InvariantCulture), $"{last.AgentId}");
    }
}
