using Google.Protobuf.WellKnownTypes;
using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>A row of <c>health_transitions</c> with the agent's name.</summary>
internal sealed class TransitionRow
{
    public long Id { get; set; }

    public Guid AgentId { get; set; }

    public string AgentName { get; set; } = "";

    public Status FromStatus { get; set; }

    public Status ToStatus { get; set; }

    public string[] Conditions { get; set; } = [];

    public DateTimeOffset At { get; set; }

    /// <summary>How many changes the row stands for.</summary>
    public int Changes { get; set; }

    /// <summary>Set, like the three below, where the query is about more than one deployment object.</summary>
    public Guid DeploymentObjectId { get; set; }

    public string ObjectName { get; set; } = "";

    public Guid StackId { get; set; }

    public string StackName { get; set; } = "";

    public Wire.HealthTransition ToWire() => new()
    {
        AgentId = AgentId.ToString(),
        AgentName = AgentName,
        From = FromStatus,
        To = ToStatus,
        Conditions = { Conditions },
        At = At.ToTimestamp(),
        Changes = Changes,
    };

    public Wire.HealthChange ToChange() => new()
    {
        DeploymentObjectId = DeploymentObjectId.ToString(),
        Name = ObjectName,
        StackId = StackId.ToString(),
        StackName = StackName,
        Transition = ToWire(),
    };
}
