using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Health;

/// <summary>A page of a stack's or an agent's health: everything, unless the caller asks for a page. Ordered by stack and name.</summary>
internal readonly record struct HealthPage(int Size, Guid StackId, string Name)
{
    /// <summary>One more than asked for, to see whether there is a next page.</summary>
    public int Fetch => Size == int.MaxValue ? Size : Size + 1;

    public static HealthPage Of(int pageSize, string pageToken)
    {
        var size = Requests.PageSize(pageSize, allByDefault: true);
        return Requests.PageKeys(pageToken, 2) switch
        {
            [] => new(size, Guid.Empty, ""),
            [var stackId, var name] when Guid.TryParse(stackId, out var id) => new(size, id, name),
            _ => throw Requests.BadPageToken(),
        };
    }

    /// <summary>Takes the surplus deployment object off and answers the token of the next page, empty on the last.</summary>
    public string Cut(List<Wire.ListedHealth> objects)
    {
        if (objects.Count <= Size)
            return "";
        objects.RemoveRange(Size, objects.Count - Size);
        return Requests.PageToken(objects[^1].StackId, objects[^1].Name);
    }
}
