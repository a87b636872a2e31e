namespace Brokkr.Broker.Health;

/// <summary>How many verdicts have each status.</summary>
internal readonly record struct StatusCounts(int Failing, int Degraded, int Unknown, int Healthy)
{
    public int Total => Failing + Degraded + Unknown + Healthy;

    public int Of(string? status) => status switch
    {
        "failing" => Failing,
        "degraded" => Degraded,
        "unknown" => Unknown,
        "healthy" => Healthy,
        _ => Total,
    };

    public Wire.HealthCounts ToWire() => new() { Failing = Failing, Degraded = Degraded, Unknown = Unknown, Healthy = Healthy };
}
