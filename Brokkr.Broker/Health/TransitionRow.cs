using Google.Protobuf.WellKnownTypes;
using LinqToDB.Mapping;

namespace Brokkr.Broker.Health;

/// <summary>A row of <c>health_transitions</c> with the agent's name.</summary>
internal sealed class TransitionRow
{
    [Column("id")]
    public long Id { get; set; }

    [Column("agent_id")]
    public Guid AgentId { get; set; }

    [Column("agent_name")]
    public string AgentName { get; set; } = "";

    [Column("from_status")]
    public string From { get; set; } = "";

    [Column("to_status")]
    public string To { get; set; } = "";

    [Column("conditions")]
    public string[] Conditions { get; set; } = [];

    [Column("at")]
    public DateTimeOffset At { get; set; }

    public Wire.HealthTransition ToWire() => new()
    {
        AgentId = AgentId.ToString(),
        AgentName = AgentName,
        From = HealthWords.Parse(From),
        To = HealthWords.Parse(To),
        Conditions = { Conditions },
        At = At.ToTimestamp(),
    };
}
