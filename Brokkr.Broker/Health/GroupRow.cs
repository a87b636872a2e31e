using Google.Protobuf.WellKnownTypes;
using Status = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Health;

/// <summary>What is wrong in the same way with deployment objects of one stack and name.</summary>
internal sealed class GroupRow
{
    public Status Status { get; set; }

    public Guid StackId { get; set; }

    public string StackName { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Empty where there is none.</summary>
    public string Condition { get; set; } = "";

    /// <summary>On how many it is so.</summary>
    public int Agents { get; set; }

    /// <summary>Since when the first of them; null where none of their times can be read.</summary>
    public DateTimeOffset? Since { get; set; }

    /// <summary>Of the worst the one that has been so for the longest time.</summary>
    public Guid ExampleObject { get; set; }

    public Guid ExampleAgent { get; set; }

    /// <summary>How many rows were looked at.</summary>
    public int Seen { get; set; }

    /// <param name="example">What the example says; null where it is gone meanwhile.</param>
    public Wire.HealthGroup ToWire(VerdictRow? example) => new()
    {
        Status = Status,
        StackId = StackId.ToString(),
        StackName = StackName,
        Name = Name,
        Condition = Condition,
        Agents = Agents,
        Since = Since?.ToTimestamp(),
        Example = example?.ToPlaced(),
    };
}
