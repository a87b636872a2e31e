using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Diagnostics;

/// <summary>
/// Reads that one diagnostic alone needs: several at once, each noted with how it ended, and none after the time is over.
/// </summary>
internal sealed class OnDemandReads
{
    private const int AtOnce = 8;

    private readonly List<OnDemandRead> _reads = [];

    /// <param name="query">What is asked for, in the words of the completeness block.</param>
    /// <param name="read">Asks.</param>
    /// <param name="take">Takes in an answer that is one, and says what was cut of it; never called twice at once.</param>
    public void Add(string query, Func<CancellationToken, Task<ReadAnswer>> read, Func<byte[], string> take) =>
        _reads.Add(new(query, read, take));

    /// <param name="time">Ends when there is no time left.</param>
    /// <param name="ct">Gives everything up.</param>
    /// <returns>How each read ended, in the order in which they were added.</returns>
    public async Task<IReadOnlyList<Wire.CollectionOutcome>> RunAsync(CancellationToken time, CancellationToken ct)
    {
        var outcomes = new Wire.CollectionOutcome[_reads.Count];
        var gate = new Lock();
        await Parallel.ForAsync(0, _reads.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (i, _) =>
        {
            var read = _reads[i];
            var answer = await AnswerAsync(read, time, ct);
            // At once, so that few answers are held at a time.
            lock (gate)
                outcomes[i] = Take(read, answer);
        });
        return outcomes;
    }

    public static Wire.CollectionOutcome Outcome(string query, string outcome, string message) =>
        new() { Query = query, Outcome = outcome, Message = RefusalText.Of(message) };

    private static async Task<ReadAnswer> AnswerAsync(OnDemandRead read, CancellationToken time, CancellationToken ct)
    {
        try
        {
            time.ThrowIfCancellationRequested();
            return await read.Read(time);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return ReadAnswer.Refused("timed_out", "there was no time left for it");
        }
    }

    private static Wire.CollectionOutcome Take(OnDemandRead read, ReadAnswer answer)
    {
        if (!answer.IsOk)
            return Outcome(read.Query, answer.Outcome, answer.Message);
        try
        {
            var cut = read.Take(answer.Bytes) is { Length: > 0 } taken ? taken : answer.Message;
            return Outcome(read.Query, cut.Length > 0 ? "truncated" : "ok", cut);
        }
        catch (System.Text.Json.JsonException)
        {
            return Outcome(read.Query, "failed", "the answer is not as Kubernetes writes it");
        }
    }

    private sealed record OnDemandRead(string Query, Func<CancellationToken, Task<ReadAnswer>> Read, Func<byte[], string> Take);
}
