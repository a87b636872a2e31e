using System.Diagnostics;

namespace Brokkr.Broker.Health;

/// <summary>A report that waits for its transaction, or for the end of it.</summary>
internal sealed class QueuedReport(Report report)
{
    private readonly TaskCompletionSource<ReportAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Report Report => report;

    /// <summary>The trace of its call.</summary>
    public Activity? Trace { get; } = Activity.Current;

    public Task<ReportAnswer> Answered => _answer.Task;

    /// <summary>Answers its caller; false where that one waits no longer.</summary>
    public bool TryAnswer(ReportAnswer answer) => _answer.TrySetResult(answer);

    public void Fail(Exception failure) => _answer.TrySetException(failure);

    public void Cancel(CancellationToken ct) => _answer.TrySetCanceled(ct);
}
