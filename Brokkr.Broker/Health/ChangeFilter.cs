using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Health;

/// <summary>Which changes of the fleet are asked for. All filters must hold.</summary>
internal sealed record ChangeFilter
{
    public DateTimeOffset? Since { get; init; }

    public Guid? StackId { get; init; }

    public Guid? AgentId { get; init; }

    public static ChangeFilter Of(Wire.ListChangesRequest request) => new()
    {
        Since = Requests.Moment(request.Since, "since"),
        StackId = Requests.UuidOrNull(request.StackId, "stack_id"),
        AgentId = Requests.UuidOrNull(request.AgentId, "agent_id"),
    };
}
