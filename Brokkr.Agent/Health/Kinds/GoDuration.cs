using System.Globalization;
using System.Text.RegularExpressions;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Reads durations as Kubernetes' programs write them, as in <c>1h30m</c>. Pure.</summary>
internal static partial class GoDuration
{
    /// <returns>Null where the text is none.</returns>
    public static TimeSpan? Read(string text)
    {
        if (!Whole().IsMatch(text))
            return null;
        var sum = Part().Matches(text).Sum(part =>
            double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Seconds(part.Groups[2].Value));
        return sum < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(sum) : null;
    }

    private static double Seconds(string unit) => unit switch
    {
        "h" => 3600,
        "m" => 60,
        "s" => 1,
        "ms" => 1e-3,
        "ns" => 1e-9,
        _ => 1e-6,
    };

    [GeneratedRegex(@"\A([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h)){1,8}\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"([0-9]+(?:\.[0-9]+)?)(ns|us|µs|ms|s|m|h)")]
    private static partial Regex Part();
}
