using Brokkr.Broker.Ui.Parts;
using Google.Protobuf.WellKnownTypes;
using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Broker.Ui.Diagnostics;

/// <summary>What a diagnostic is of.</summary>
/// <param name="Name">Name of the deployment object.</param>
/// <param name="Stack">Name of its stack.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="IsNewest">Whether that is the newest one, which alone can be asked about.</param>
/// <param name="Cluster">Name of the agent that is asked.</param>
/// <param name="SilentSince">Since when that agent is not heard; null where it is.</param>
public sealed record DiagnosticSubject(string Name, string Stack, int Revision, bool IsNewest, string Cluster, DateTimeOffset? SilentSince);

/// <summary>What the page of a diagnostic shows.</summary>
/// <param name="Id">The request.</param>
/// <param name="Subject">What it is of.</param>
/// <param name="ObjectId">The deployment object, a UUID.</param>
/// <param name="AgentId">The agent, a UUID.</param>
/// <param name="Steps">How far it is: asked, taken, and how it ended.</param>
/// <param name="IsOpen">Whether there is still something to wait for, or to cancel.</param>
/// <param name="Waits">What is waited for, in a sentence; empty where it ended.</param>
/// <param name="Errors">Why it ended without a result, and why attempts were lost, a line each.</param>
/// <param name="ExpiresAt">While it is open: when it is given up. Afterwards: when it is deleted.</param>
/// <param name="RequestedBy">The key with which it was asked for.</param>
/// <param name="Result">What was gathered; null where there is nothing.</param>
public sealed record DiagnosticView(
    string Id, DiagnosticSubject Subject, string ObjectId, string AgentId, IReadOnlyList<ProgressStep> Steps, bool IsOpen, string Waits,
    IReadOnlyList<string> Errors,
    DateTimeOffset ExpiresAt, string RequestedBy, ResultView? Result)
{
    /// <summary>Pure.</summary>
    public static DiagnosticView Of(Wire.Diagnostic diagnostic, DiagnosticSubject subject, DateTimeOffset now)
    {
        var isOpen = diagnostic.Status is Word.Pending or Word.Claimed;
        return new(
            diagnostic.RequestId, subject, diagnostic.DeploymentObjectId, diagnostic.AgentId, ProgressStep.Of(diagnostic, now), isOpen,
            isOpen ? WaitsFor(diagnostic, subject, now) : "",
            [.. diagnostic.AttemptErrors.Concat(diagnostic.Error.Split('\n')).Where(e => e.Length > 0).Distinct()],
            diagnostic.ExpiresAt.ToDateTimeOffset(), diagnostic.RequestedBy, diagnostic.Result is { } result
            ? ResultView.Of(result)
            : null);
    }

    private static string WaitsFor(Wire.Diagnostic diagnostic, DiagnosticSubject subject, DateTimeOffset now) =>
        (subject.SilentSince, diagnostic.Status) switch
        {
            ({ } since, _) =>
                $"Waits for {subject.Cluster}, silent for {Relative.Of(now - since)}. It is answered as soon as the agent is heard again.",
            (_, Word.Claimed) => $"{subject.Cluster} is gathering. That takes a few seconds, and up to two minutes in a slow cluster.",
            _ => $"Waits for {subject.Cluster} to take it, which takes a moment.",
        };
}

/// <summary>One step of a diagnostic on its way.</summary>
/// <param name="Title">What happens in it.</param>
/// <param name="State"><c>done</c>, <c>now</c>, <c>ahead</c> or <c>failed</c>.</param>
/// <param name="At">When it was taken; null before.</param>
/// <param name="Took">How long it took since the step before, or takes already.</param>
public sealed record ProgressStep(string Title, string State, DateTimeOffset? At, string Took)
{
    /// <summary>Asked, taken, done: each with the time since the one before. Pure.</summary>
    public static IReadOnlyList<ProgressStep> Of(Wire.Diagnostic diagnostic, DateTimeOffset now)
    {
        var (asked, taken, ended) = (diagnostic.CreatedAt.ToDateTimeOffset(), Moment(diagnostic.ClaimedAt), Moment(diagnostic.CompletedAt));
        var isOver = diagnostic.Status is not (Word.Pending or Word.Claimed);
        var wasTaken = taken is not null && diagnostic.Status is not Word.Pending;
        return
        [
            new("Asked", "done", asked, ""),
            new(
                "Taken by the cluster", wasTaken ? "done" : isOver ? "failed" : "now", wasTaken ? taken : null,
                wasTaken ? Relative.Of(taken!.Value - asked) : isOver ? "" : Relative.Of(now - asked)),
            new(
                diagnostic.Status switch { Word.Failed => "Failed", Word.Expired => "Expired", Word.Cancelled => "Cancelled", _ => "Done" },
                diagnostic.Status is Word.Completed ? "done" : isOver ? "failed" : wasTaken ? "now" : "ahead", ended,
                ended is { } end ? Relative.Of(end - (wasTaken ? taken!.Value : asked)) : wasTaken ? Relative.Of(now - taken!.Value) : ""),
        ];
    }

    private static DateTimeOffset? Moment(Timestamp? at) => at?.ToDateTimeOffset();
}
