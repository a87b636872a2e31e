using Brokkr.Agent.Broker;
using Brokkr.Agent.Targets;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Holds back deletions that look like a mistake until an admin confirms them: most of what is there, or by a target state that is older
/// than
/// one before. Not thread-safe.
/// </summary>
internal sealed class DeletionBrake(AgentFacts facts, DeploymentOptions options, TimeProvider clock, ILogger<DeletionBrake> log)
{
    /// <summary>So many go without a question.</summary>
    private const int Few = 10;

    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly List<(long At, int Count)> _counts = [];
    private long _last;
    private Hold? _hold;

    /// <summary>What was let pass without an admin.</summary>
    private IReadOnlyList<Assignment>? _passed;

    public bool IsHeld => _hold is not null;

    /// <summary>What the next process has to know.</summary>
    public BrakeNote Note => new(_last, _hold?.Before ?? 0);

    /// <summary>Takes over what the former process noted.</summary>
    public void Restore(BrakeNote note)
    {
        _last = note.LastNumber;
        _hold = note.HeldOf > 0 ? new(null, int.MaxValue, note.HeldOf, clock.GetTimestamp()) : null;
    }

    /// <summary>Whether a word of the broker has to be looked at although nothing is to be applied or withdrawn.</summary>
    public bool IsNew(TargetWord word) => IsHeld || (word.Number > 0 && word.Number != _last);

    /// <summary>Whether what is not wanted any more may be deleted.</summary>
    /// <param name="doomed">How many objects that are.</param>
    /// <param name="there">How many the inventories hold.</param>
    /// <param name="word">What the broker said.</param>
    public bool Allows(int doomed, int there, TargetWord word)
    {
        // While something is held back, what is applied meanwhile makes it no smaller a part.
        var before = _hold?.Before ?? CountBefore(there);
        var gone = Math.Max(doomed, before - there + doomed);
        var isOlder = word.Number > 0 && word.Number < _last;
        var isMost = gone > Few && gone * 2 > before;
        var isConfirmed = (word.Number > 0 && word.Confirmed == word.Number) || ReferenceEquals(_passed, word.Assignments);
        if (doomed > 0 && (isOlder || isMost) && !isConfirmed && !IsOver(doomed, before, isOlder, word))
        {
            if (word.Number > _last)
                _last = word.Number;
            return false;
        }

        if (_hold is not null)
        {
            DeploymentLog.Released(log);
            _counts.Clear();
        }

        _hold = null;
        facts.ReleaseDeletion();
        // Nothing of an older state is lost any more, or somebody said that it may be.
        if (word.Number > 0)
            _last = word.Number;
        return true;
    }

    /// <summary>Holds it, and says whether the time for that is over.</summary>
    private bool IsOver(int doomed, int before, bool isOlder, TargetWord word)
    {
        if (!ReferenceEquals(_hold?.Assignments, word.Assignments))
            Say(doomed, isOlder, word.Number);
        var since = _hold is { } former && former.Doomed >= doomed ? former.Since : clock.GetTimestamp();
        _hold = new(word.Assignments, doomed, before, since);
        facts.HoldDeletion(doomed, word.Number);
        if (options.MassDeleteMinutes == 0 || clock.GetElapsedTime(since) < TimeSpan.FromMinutes(options.MassDeleteMinutes))
            return false;
        _passed = word.Assignments;
        return true;
    }

    private void Say(int doomed, bool isOlder, long number)
    {
        if (isOlder)
            DeploymentLog.HeldAsOlder(log, doomed, number, _last);
        else if (number > 0)
            DeploymentLog.HeldAsMost(log, doomed, number);
        else
            DeploymentLog.HeldWithoutNumber(log, doomed);
    }

    /// <summary>The most that the inventories held within the last hour, so that what goes bit by bit is counted together.</summary>
    private int CountBefore(int now)
    {
        if (_counts.Count == 0 || _counts[^1].Count != now)
            _counts.Add((clock.GetTimestamp(), now));
        while (_counts.Count > 1 && clock.GetElapsedTime(_counts[1].At) >= Window)
            _counts.RemoveAt(0);
        return _counts.Max(c => c.Count);
    }

    /// <param name="Assignments">The answer that asks for it; null where the former process heard it.</param>
    /// <param name="Doomed">How many objects it would take away.</param>
    /// <param name="Before">How many the inventories held.</param>
    /// <param name="Since">When it began, or became more.</param>
    private sealed record Hold(IReadOnlyList<Assignment>? Assignments, int Doomed, int Before, long Since);
}

/// <summary>What the brake remembers beyond a process.</summary>
/// <param name="LastNumber">Number of the newest target state that was seen; 0 where none had one.</param>
/// <param name="HeldOf">Of how many objects most are held back; 0 where nothing is.</param>
internal readonly record struct BrakeNote(long LastNumber, int HeldOf);
