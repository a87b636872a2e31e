using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Health;

/// <summary>A page of a stack's or an agent's health: everything, unless the caller asks for a page.</summary>
internal readonly record struct HealthPage(int Size, string StackId, string Name)
{
    public static HealthPage Of(int pageSize, string pageToken) => Requests.PageKeys(pageToken, 2) is [var stackId, var name]
        ? new(Requests.PageSize(pageSize, allByDefault: true), stackId, name)
        : new(Requests.PageSize(pageSize, allByDefault: true), "", "");

    /// <summary>The rows of the page and the token of the next one, empty on the last. Rows come by stack and name.</summary>
    public (List<Wire.ListedHealth> Shown, string NextPageToken) Cut(List<Wire.ListedHealth> all)
    {
        var from = Name.Length == 0 ? 0 : Math.Max(0, all.FindIndex(IsBehind));
        if (Name.Length > 0 && !all.Exists(IsBehind))
            return ([], "");
        var shown = all.GetRange(from, Math.Min(Size, all.Count - from));
        return (shown, from + shown.Count < all.Count ? Requests.PageToken(shown[^1].StackId, shown[^1].Name) : "");
    }

    private bool IsBehind(Wire.ListedHealth row) =>
        string.CompareOrdinal(row.StackId, StackId) is var order && (order > 0 || (order == 0 && string.CompareOrdinal(row.Name, Name) > 0));
}
