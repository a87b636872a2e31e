using HdrHistogram;

namespace Brokkr.Bench.Results;

/// <summary>How long calls took. Thread-safe.</summary>
internal sealed class Latencies
{
    private const int Digits = 3;

    private readonly LongConcurrentHistogram _microseconds = new(1, TimeSpan.TicksPerHour / TimeSpan.TicksPerMicrosecond, Digits);

    public long Count => _microseconds.TotalCount;

    public void Add(TimeSpan took) => _microseconds.RecordValue(Math.Max(1, (long)took.TotalMicroseconds));

    public void Add(Latencies others) => _microseconds.Add(others._microseconds);

    /// <summary>In milliseconds.</summary>
    public double At(double percentile) => Count == 0 ? 0 : _microseconds.GetValueAtPercentile(percentile) / 1000.0;

    /// <summary>Rows for the median and the 99th percentile.</summary>
    public void AddTo(FigureTable table, string @case, string name, Target? p99 = null)
    {
        table.Add(@case, $"{name}, p50", "ms", At(50));
        table.Add(@case, $"{name}, p99", "ms", At(99), p99);
    }
}
