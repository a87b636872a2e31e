using Brokkr.Agent.Broker;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Holds back deletions that look like a mistake until an admin confirms them: most of what is there at once, or by a target state that is
/// older than one before. Not thread-safe.
/// </summary>
internal sealed class DeletionBrake(AgentFacts facts, DeploymentOptions options, TimeProvider clock, ILogger<DeletionBrake> log)
{
    /// <summary>So many go without a question.</summary>
    private const int Few = 10;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly List<(long At, int Count)> _counts = [];
    private (long Number, long Since)? _hold;
    private long? _passed;

    /// <summary>Number of the newest target state that was acted upon; 0 where there is none.</summary>
    public long LastNumber { get; set; }

    public bool IsHeld => _hold is not null;

    /// <summary>Whether what is not wanted any more may be deleted.</summary>
    /// <param name="doomed">How many objects that are.</param>
    /// <param name="held">How many the inventories hold.</param>
    /// <param name="word">What the broker said.</param>
    public bool Allows(int doomed, int held, TargetWord word)
    {
        var before = CountBefore(held);
        var isOlder = word.Number > 0 && word.Number < LastNumber;
        if (doomed == 0)
            _passed = null;
        var isConfirmed = (word.Number > 0 && word.Confirmed == word.Number) || _passed == word.Number;
        if (doomed > 0 && !isConfirmed && (isOlder || (doomed > Few && doomed * 2 > before)) && !IsOver(doomed, word, isOlder))
            return false;
        if (_hold is not null)
            DeploymentLog.Released(log);
        _hold = null;
        facts.ReleaseDeletion();
        // An older one counts from here on only where somebody said so.
        if (word.Number > 0 && (!isOlder || isConfirmed || _passed == word.Number))
            LastNumber = word.Number;
        return true;
    }

    private bool IsOver(int doomed, TargetWord word, bool isOlder)
    {
        if (_hold?.Number != word.Number)
        {
            _hold = (word.Number, _hold?.Since ?? clock.GetTimestamp());
            if (isOlder)
                DeploymentLog.HeldAsOlder(log, doomed, word.Number, LastNumber);
            else
                DeploymentLog.HeldAsMost(log, doomed, word.Number);
        }

        facts.HoldDeletion(doomed, word.Number);
        if (options.MassDeleteMinutes == 0 || clock.GetElapsedTime(_hold!.Value.Since) < TimeSpan.FromMinutes(options.MassDeleteMinutes))
            return false;
        _passed = word.Number;
        return true;
    }

    /// <summary>What the inventories held an hour ago, or hold now where that is more: what was applied meanwhile counts too.</summary>
    private int CountBefore(int now)
    {
        if (_counts.Count == 0 || _counts[^1].Count != now)
            _counts.Add((clock.GetTimestamp(), now));
        while (_counts.Count > 1 && clock.GetElapsedTime(_counts[1].At) >= Window)
            _counts.RemoveAt(0);
        return Math.Max(_counts[0].Count, now);
    }
}
