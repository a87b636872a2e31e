using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Fleet;

/// <summary>How many verdicts have a status.</summary>
internal sealed class StatusCountRow
{
    public Word Status { get; set; }

    public int Count { get; set; }
}
