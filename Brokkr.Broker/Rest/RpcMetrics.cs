using System.Diagnostics;
using System.Diagnostics.Metrics;
using Brokkr.Broker.Telemetry;
using Grpc.Core;

namespace Brokkr.Broker.Rest;

/// <summary>Measures every method, over either face, with the code that its caller sees.</summary>
internal sealed class RpcMetrics(IMeterFactory meters)
{
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    };

    private readonly Histogram<double> _calls = meters.Create(TelemetryModule.MeterName).CreateHistogram(
        "brokkr.rpc.duration", "s", "How long methods took, by face (grpc or rest) and canonical code.", advice: Buckets);

    public void Called(string method, string face, StatusCode code, TimeSpan duration) => _calls.Record(
        duration.TotalSeconds, new TagList { { "method", method }, { "face", face }, { "code", code.ToString() } });
}
