using Word = Brokkr.V1.DiagnosticStatus.Types.Word;

namespace Brokkr.Broker.Diagnostics;

/// <summary>Decides what a submitted result may do to its request. Pure.</summary>
internal static class SubmissionRule
{
    /// <param name="row">The request as it stands, locked.</param>
    /// <param name="attempt">The attempt that the agent names; null where it names none.</param>
    public static Submission Of(DiagnosticRow row, int? attempt) => row.Status switch
    {
        Word.Pending when attempt is null => Submission.ClaimAndStore,
        Word.Pending => Submission.Superseded,
        // A lease that ran out without a new claim harms nobody: the work is done, so it is taken.
        Word.Claimed when attempt is null || attempt == row.Attempt => Submission.Store,
        Word.Claimed => Submission.Superseded,
        Word.Completed or Word.Failed when attempt is not null && attempt == row.AnsweredAttempt => Submission.StoredBefore,
        Word.Failed when row.AnsweredAttempt is null => Submission.TooLate,
        Word.Completed or Word.Failed when attempt is not null => Submission.Superseded,
        Word.Expired => Submission.Expired,
        Word.Cancelled => Submission.Cancelled,
        _ => Submission.Finished,
    };
}

/// <summary>What becomes of a submitted result.</summary>
internal enum Submission
{
    /// <summary>There is no such request for this agent.</summary>
    NotFound,

    /// <summary>Stored under the present claim.</summary>
    Store,

    /// <summary>Claimed and stored at once.</summary>
    ClaimAndStore,

    /// <summary>The same attempt was stored before: answered alike, nothing changed.</summary>
    StoredBefore,

    /// <summary>A newer attempt holds or finished the request.</summary>
    Superseded,

    /// <summary>The lease of the last attempt ran out before.</summary>
    TooLate,

    /// <summary>The request is finished, and the result names no attempt.</summary>
    Finished,

    /// <summary>The request expired before.</summary>
    Expired,

    /// <summary>The request was cancelled before.</summary>
    Cancelled,
}
