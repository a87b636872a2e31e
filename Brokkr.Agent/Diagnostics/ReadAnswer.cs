namespace Brokkr.Agent.Diagnostics;

/// <summary>What was read, or why nothing was.</summary>
/// <param name="Bytes">The raw bytes; empty where there are none.</param>
/// <param name="Outcome"><c>ok</c>, <c>forbidden</c>, <c>not_found</c>, <c>timed_out</c>, <c>unavailable</c> or <c>failed</c>.</param>
/// <param name="Message">What the API server said, not cleaned; of an answer, what was left out of it.</param>
internal sealed record ReadAnswer(byte[] Bytes, string Outcome, string Message)
{
    public bool IsOk => Outcome == "ok";

    /// <summary>Bytes that were read, kept or not.</summary>
    public long Length { get; init; } = Bytes.Length;

    public static ReadAnswer Refused(string outcome, string message) => new([], outcome, message);
}
