using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Contracts;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Brokkr.Agent.Health;

/// <summary>
/// Numbers this process's reports within a session that the broker gives it, so that a delayed or repeated one changes nothing. Not
/// thread-safe:
/// reports go one after another.
/// </summary>
internal sealed class ReportSession(
    Wire.AgentService.AgentServiceClient agents, Wire.HealthService.HealthServiceClient health, ClusterIdentity cluster,
    ConnectionOptions connection, HealthOptions options, TimeProvider clock)
{
    private long? _epoch;
    private long _sequence;

    /// <summary>The newest report that the broker acknowledged.</summary>
    private long _acknowledged;

    /// <summary>Names the session of the last report; null before the first.</summary>
    public long? Epoch => _epoch;

    /// <summary>Sends a report. Where the broker does not know the session, a new one is begun and the report sent in it.</summary>
    /// <param name="report">The report; its numbers are set here.</param>
    /// <param name="confirms">
    /// Whether everything that was reported before, and is not part of this report, still holds. A report that failed may have arrived all
    /// the same: what was in it must have been sent again by then.
    /// </param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<Wire.ReportHealthResponse> SendAsync(Wire.ReportHealthRequest report, bool confirms, CancellationToken ct)
    {
        try
        {
            return await SendOnceAsync(report, confirms, ct);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition && _epoch is not null)
        {
            // session_unknown: nothing else about a report depends on what the broker knows.
            _epoch = null;
            return await SendOnceAsync(report, confirms, ct);
        }
    }

    private async Task<Wire.ReportHealthResponse> SendOnceAsync(Wire.ReportHealthRequest report, bool confirms, CancellationToken ct)
    {
        if (_epoch is null)
        {
            var request = new Wire.StartSessionRequest
            {
                AgentId = connection.AgentId,
                AgentVersion = ProgramVersion.Current,
                ReportIntervalSeconds = options.CheckInterval,
                KubernetesVersion = await cluster.VersionAsync(ct),
                ClusterId = await cluster.IdAsync(ct),
            };
            _epoch = (await agents.StartSessionAsync(request, cancellationToken: ct)).Epoch;
            (_sequence, _acknowledged) = (0, 0);
        }

        report.Epoch = _epoch.Value;
        report.Sequence = ++_sequence;
        report.ClearConfirmsThrough();
        if (confirms)
        {
            report.ConfirmsThrough = _acknowledged;
            report.CheckedAt = clock.GetUtcNow().ToTimestamp();
        }

        var answer = await health.ReportHealthAsync(report, cancellationToken: ct);
        _acknowledged = report.Sequence;
        return answer;
    }
}
