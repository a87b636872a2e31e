using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;

namespace Brokkr.Broker.Auth;

/// <summary>Counts the calls that were refused for their key.</summary>
internal sealed class RefusalMetrics
{
    public const string Missing = "missing";
    public const string Malformed = "malformed";
    public const string Invalid = "invalid";
    public const string Forbidden = "forbidden";

    private readonly Counter<long> _refused;

    public RefusalMetrics(IMeterFactory meters)
    {
        _refused = meters.Create(TelemetryModule.MeterName).CreateCounter<long>(
            "brokkr.auth.refused",
            description: "Calls refused for their key: missing, malformed, invalid (mistyped, unknown, expired or revoked), or forbidden "
            + "to its role.");
        // A series is known before there is anything to count.
        foreach (var reason in (string[])[Missing, Malformed, Invalid, Forbidden])
            Add(reason, 0);
    }

    public void Refused(string reason) => Add(reason, 1);

    private void Add(string reason, int calls) => _refused.Add(calls, new KeyValuePair<string, object?>("reason", reason));
}
