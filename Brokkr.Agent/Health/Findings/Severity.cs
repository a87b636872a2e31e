namespace Brokkr.Agent.Health.Findings;

/// <summary>
/// How a finding bears on its resource's row and on the overall status; <see cref="Finding"/> says what each one amounts to.
/// </summary>
internal enum Severity
{
    /// <summary>Only shown.</summary>
    Shown,

    /// <summary>Stopped on purpose.</summary>
    Suspended,

    /// <summary>On its way, without a deadline of ours.</summary>
    Progressing,

    /// <summary>Progressing until its deadline, degraded from then on.</summary>
    Pending,

    /// <summary>The row is degraded at once, the overall status when it has lasted.</summary>
    Lasting,

    /// <summary>Degraded, after its grace where it has one.</summary>
    Degraded,

    /// <summary>Failing, after its grace where it has one.</summary>
    Failing,

    /// <summary>The agent could not look.</summary>
    Unreadable,

    /// <summary>The agent has no right to look, and something else decides.</summary>
    LeftOut,
}
