using System.Globalization;
using Brokkr.DemoCluster.Api.Http;

namespace Brokkr.DemoCluster.Api.Logs;

/// <summary>What a request for a log asks for. Recorded lines have no times, so times are checked and then left alone.</summary>
internal sealed record LogOptions(string Container, bool Previous, long? TailLines, long? LimitBytes)
{
    /// <summary>Pure.</summary>
    public static (LogOptions? Options, KubeStatus? Refusal) Parse(IQueryCollection query, string pod)
    {
        var numbers = new Dictionary<string, long?>();
        foreach (var (name, least) in new[] { ("tailLines", 0), ("limitBytes", 1), ("sinceSeconds", 1) })
        {
            var text = query[name].ToString();
            if (text.Length == 0)
                continue;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                return (null, KubeStatus.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax"));
            if (number < least)
                return (null,
                    KubeStatus.Invalid("PodLogOptions", pod, name,
                    $"Invalid value: {number}: must be greater than {(least == 0 ? "or equal to 0" : "0")}"));
            numbers[name] = number;
        }
        return (new(query["container"].ToString(), ApiVerb.IsTrue(query["previous"].FirstOrDefault()),
            numbers.GetValueOrDefault("tailLines"), numbers.GetValueOrDefault("limitBytes")), null);
    }
}
