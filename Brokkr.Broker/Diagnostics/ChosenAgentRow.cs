namespace Brokkr.Broker.Diagnostics;

/// <summary>The agent that is asked, and since when it is silent.</summary>
internal sealed class ChosenAgentRow
{
    public Guid Id { get; set; }

    public DateTimeOffset? SilentSince { get; set; }
}
