using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Telemetry;

/// <summary>
/// Settings of logs, traces and metrics, from the section <c>[broker.telemetry]</c>. Metrics are always at /metrics on the management port.
/// </summary>
internal sealed class TelemetryOptions : OptionsSection
{
    /// <summary><c>text</c>: lines for people; <c>json</c>: an object per line, with the correlation id of the call.</summary>
    [AllowedValues("text", "json")]
    public string LogFormat { get; set; } = "text";

    /// <summary>The least level that is logged; what frameworks say is logged from warnings on in any case.</summary>
    [AllowedValues("debug", "information", "warning", "error")]
    public string LogLevel { get; set; } = "information";

    /// <summary>Whether each call of the API is a line in the log.</summary>
    public bool AccessLog { get; set; }

    /// <summary>Where traces and metrics are pushed by OTLP over gRPC, as in <c>http://collector:4317</c>; empty pushes nothing.</summary>
    public string OtlpEndpoint { get; set; } = "";
}
