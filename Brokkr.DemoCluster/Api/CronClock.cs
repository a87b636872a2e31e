using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Objects;
using Brokkr.DemoCluster.Api.Recordings;

namespace Brokkr.DemoCluster.Api;

/// <summary>
/// Keeps the last runs of CronJobs half as long ago as the recording ends: no controller starts any here, and a schedule that stands
/// still is one that is missed, one of every minute after some 11 minutes.
/// </summary>
internal sealed class CronClock(DemoClusterOptions options, KindCatalog catalog, ObjectStore store) : IHostedService, IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);
    private static readonly string[] Times = ["lastScheduleTime", "lastSuccessfulTime"];

    private readonly long _start = options.Clock.GetTimestamp();
    private TimeSpan _moved;
    private ITimer? _timer;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Move();
        _timer = options.Clock.CreateTimer(_ => Move(), null, Step, Step);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Move()
    {
        var passed = TimeSpan.FromMinutes(options.AgeMinutes / 2) + (Step * Math.Floor(options.Clock.GetElapsedTime(_start) / Step));
        if (passed == _moved || catalog.FindKind("batch/v1", "CronJob") is not { } kind)
            return;
        foreach (var key in store.Read(kind).Objects.Keys)
        {
            store.Write(kind, key, stored => stored is null
                ? Edit.Refuse(KubeStatus.NotFound(kind, key))
                : new(Moved(stored.ToJson(), passed - _moved)));
        }

        _moved = passed;
    }

    private static JsonObject Moved(JsonObject cronJob, TimeSpan by)
    {
        foreach (var time in Times)
        {
            if (cronJob["status"]?[time] is JsonValue value && value.ToString() is var text && RecordedTime.Read(text) is not null)
                cronJob["status"]![time] = RecordedTime.Shift(text, by);
        }

        return cronJob;
    }
}
