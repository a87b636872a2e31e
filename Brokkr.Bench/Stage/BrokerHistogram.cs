using System.Globalization;
using System.Text.RegularExpressions;

namespace Brokkr.Bench.Stage;

/// <summary>The broker's own histogram of one method, as its management port shows it to scrapers.</summary>
internal sealed partial class BrokerHistogram
{
    private readonly SortedDictionary<double, double> _counts = [];

    private BrokerHistogram()
    {
    }

    public static async Task<BrokerHistogram> ReadAsync(HttpClient management, string method, CancellationToken ct)
    {
        var histogram = new BrokerHistogram();
        foreach (Match bucket in Bucket().Matches(await management.GetStringAsync("/metrics", ct)))
        {
            var labels = bucket.Groups["labels"].Value;
            if (!labels.Contains($"method=\"{method}\"", StringComparison.Ordinal))
                continue;
            var bound = Bound().Match(labels).Groups["le"].Value;
            var upTo = bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);
            histogram._counts[upTo] = histogram._counts.GetValueOrDefault(upTo) + double
                .Parse(bucket.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        }

        return histogram;
    }

    /// <summary>
    /// A percentile of the calls since an earlier reading, in milliseconds: between the bounds of its bucket it is estimated, as scrapers
    /// do.
    /// </summary>
    public double Since(BrokerHistogram before, double percentile)
    {
        var counts = _counts.Select(c => (UpTo: c.Key, Count: c.Value - before._counts.GetValueOrDefault(c.Key))).ToList();
        if (counts.Count == 0 || counts[^1].Count == 0)
            return 0;
        var wanted = counts[^1].Count * percentile / 100;
        var (below, from) = (0.0, 0.0);
        foreach (var (upTo, count) in counts)
        {
            if (count >= wanted)
                return 1000 * (double.IsInfinity(upTo) ? from : from + ((upTo - from) * (wanted - below) / (count - below)));
            (below, from) = (count, upTo);
        }

        return 1000 * from;
    }

    [GeneratedRegex("^brokkr_rpc_duration_seconds_bucket\\{(?<labels>[^}]*)\\} (?<count>[0-9.e+]+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Bucket();

    [GeneratedRegex("le=\"(?<le>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Bound();
}
