using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Fleet;

/// <summary>A page of a list that is ordered by a unique name: one row more than asked for is fetched to see whether there is a next page.</summary>
internal readonly record struct NamePage(int Size, string After)
{
    public int Fetch => Size + 1;

    public static NamePage Of(int pageSize, string pageToken) =>
        new(Requests.PageSize(pageSize, allByDefault: false), Requests.PageKeys(pageToken, 1) is [var after] ? after : "");

    /// <summary>Takes the surplus row off and answers the token of the next page, empty on the last one.</summary>
    public string Cut<T>(List<T> rows, Func<T, string> name)
    {
        if (rows.Count <= Size)
            return "";
        rows.RemoveRange(Size, rows.Count - Size);
        return Requests.PageToken(name(rows[^1]));
    }
}
