namespace Brokkr.Agent.Cluster;

/// <summary>A log, or why there is none.</summary>
/// <param name="Bytes">The raw bytes; empty where there is none.</param>
/// <param name="Outcome"><c>ok</c>, <c>forbidden</c>, <c>not_found</c>, <c>timed_out</c>, <c>unavailable</c> or <c>failed</c>.</param>
/// <param name="Message">What the API server said; not cleaned.</param>
internal sealed record LogAnswer(byte[] Bytes, string Outcome, string Message)
{
    public static LogAnswer Refused(string outcome, string message) => new([], outcome, message);
}
