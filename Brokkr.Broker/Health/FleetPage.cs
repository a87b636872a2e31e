using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Health;

/// <summary>A page of the fleet's verdicts, which are ordered by name, deployment object and agent: nothing of that ever changes.</summary>
internal readonly record struct FleetPage(int Size, string Name, Guid ObjectId, Guid AgentId)
{
    public int Fetch => Size + 1;

    public static FleetPage Of(int pageSize, string pageToken)
    {
        var size = Requests.PageSize(pageSize, allByDefault: false);
        return Requests.PageKeys(pageToken, 3) switch
        {
            [] => new(size, "", Guid.Empty, Guid.Empty),
            [var name, var objectId, var agentId] when Guid.TryParse(objectId, out var o) && Guid.TryParse(agentId, out var a) => new(size, name, o, a),
            _ => throw Requests.BadPageToken(),
        };
    }

    /// <summary>Takes the surplus row off and answers the token of the next page, empty on the last.</summary>
    public string Cut(List<VerdictRow> rows)
    {
        if (rows.Count <= Size)
            return "";
        rows.RemoveRange(Size, rows.Count - Size);
        return Requests.PageToken(rows[^1].Name, $"{rows[^1].Id}", $"{rows[^1].AgentId}");
    }
}
