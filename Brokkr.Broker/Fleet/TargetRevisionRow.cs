namespace Brokkr.Broker.Fleet;

/// <summary>What names the state that an agent is to run.</summary>
internal sealed class TargetRevisionRow
{
    /// <summary>Differs from that of every other state of the agent.</summary>
    public required string Revision { get; set; }

    /// <summary>Grows with every change.</summary>
    public required long Number { get; set; }

    /// <summary>The number for which an admin let the agent delete what it held back; 0 where nobody did.</summary>
    public required long ConfirmedNumber { get; set; }
}
