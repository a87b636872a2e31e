using System.Diagnostics;

namespace Brokkr.Broker.Health;

/// <summary>A report that waits for its transaction, or for the end of it.</summary>
/// <param name="report">What is to be stored.</param>
/// <param name="since">When it came, as the clock counts.</param>
internal sealed class QueuedReport(Report report, long since)
{
    private readonly TaskCompletionSource<ReportAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Report Report => report;

    public long Since => since;

    /// <summary>The trace of its call.</summary>
    public Activity? Trace { get; } = Activity.Current;

    public Task<ReportAnswer> Answered => _answer.Task;

    /// <summary>Answers its caller; false where that one waits no longer.</summary>
    public bool TryAnswer(ReportAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception failure) => _answer.TrySetException(failure);

    public void Cancel(CancellationToken ct) => _answer.TrySetCanceled(ct);
}
