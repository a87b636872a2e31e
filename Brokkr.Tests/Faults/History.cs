using System.Collections.Concurrent;
using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Tests.Faults;

/// <summary>A claim as its holder was told of it. The times are the database's.</summary>
internal sealed record Claimed(string RequestId, int Attempt, DateTime LeaseExpiresAt, string Holder);

/// <summary>An answer that the broker acknowledged; a null marker is an error instead of data.</summary>
internal sealed record Answered(string RequestId, int Attempt, string? Marker);

/// <summary>What became of a request in the end, as the database and the API say.</summary>
internal sealed record Ending(string RequestId, Word Status, int Attempt, string? Marker, long Results);

/// <summary>What everybody was told during a run, to be compared with what is there afterwards.</summary>
internal sealed class History
{
    public ConcurrentBag<string> Requested { get; } = [];

    public ConcurrentBag<string> Cancelled { get; } = [];

    public ConcurrentBag<Claimed> Claims { get; } = [];

    public ConcurrentBag<Answered> Answers { get; } = [];

    /// <summary>The newest report acknowledged for each agent and deployment object.</summary>
    public ConcurrentDictionary<(string Agent, string ObjectId), int> Reported { get; } = new();

    /// <summary>Answers what is wrong, nothing where all is well. Pure.</summary>
    public IEnumerable<string> Violations(IReadOnlyDictionary<string, Ending> endings, TimeSpan lease, int maxAttempts) =>
        [.. DoubleHandOuts(lease), .. TooManyAttempts(maxAttempts), .. LostAnswers(endings), .. Stuck(endings), .. BadResults(endings)];

    private IEnumerable<string> DoubleHandOuts(TimeSpan lease)
    {
        foreach (var request in Claims.GroupBy(c => c.RequestId))
        {
            var claims = request.OrderBy(c => c.Attempt).ThenBy(c => c.LeaseExpiresAt).ToList();
            foreach (var (one, next) in claims.Zip(claims.Skip(1)))
            {
                if (one.Attempt == next.Attempt && one.Holder != next.Holder)
                    yield return $"{request.Key}: attempt {one.Attempt} was handed to {one.Holder} and to {next.Holder}";
                if (one.Attempt != next.Attempt && next.LeaseExpiresAt - lease < one.LeaseExpiresAt)
                    yield return $"{request.Key}: attempt {next.Attempt} was handed out while attempt {one.Attempt} was held";
            }
        }
    }

    private IEnumerable<string> TooManyAttempts(int maxAttempts) =>
        Claims.Where(c => c.Attempt > maxAttempts).Select(c => $"{c.RequestId}: was handed out for the {c.Attempt}th time");

    private IEnumerable<string> LostAnswers(IReadOnlyDictionary<string, Ending> endings)
    {
        foreach (var answer in Answers)
        {
            var expected = answer.Marker is null ? Word.Failed : Word.Completed;
            if (!endings.TryGetValue(answer.RequestId, out var ending) || ending.Status != expected)
                yield return $"{answer.RequestId}: the acknowledged answer of attempt {answer.Attempt} is lost, the request is {ending?.Status}";
            else if (ending.Marker != answer.Marker || ending.Attempt != answer.Attempt)
                yield return $"{answer.RequestId}: the acknowledged answer of attempt {answer.Attempt} ({answer.Marker}) was overwritten by attempt "
                    + $"{ending.Attempt} ({ending.Marker})";
        }
    }

    private IEnumerable<string> Stuck(IReadOnlyDictionary<string, Ending> endings)
    {
        foreach (var id in Requested.Distinct())
        {
            if (!endings.TryGetValue(id, out var ending))
                yield return $"{id}: the acknowledged request is lost";
            else if (ending.Status is not (Word.Completed or Word.Failed or Word.Expired or Word.Cancelled))
                yield return $"{id}: the request is stuck as {ending.Status}";
        }

        foreach (var id in Cancelled.Where(id => endings.GetValueOrDefault(id)?.Status != Word.Cancelled))
            yield return $"{id}: the acknowledged withdrawal is lost, the request is {endings.GetValueOrDefault(id)?.Status}";
    }

    private static IEnumerable<string> BadResults(IReadOnlyDictionary<string, Ending> endings)
    {
        foreach (var ending in endings.Values)
        {
            if (ending.Results != (ending.Status == Word.Completed ? 1 : 0))
                yield return $"{ending.RequestId}: is {ending.Status} with {ending.Results} results";
            if (ending.Marker is { } marker && !marker.StartsWith($"{ending.RequestId}:{ending.Attempt}:", StringComparison.Ordinal))
                yield return $"{ending.RequestId}: attempt {ending.Attempt} ended it with the result of another ({marker})";
        }
    }
}
