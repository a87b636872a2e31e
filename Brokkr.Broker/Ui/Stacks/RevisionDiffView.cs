namespace Brokkr.Broker.Ui.Stacks;

/// <summary>What the page of a revision shows.</summary>
/// <param name="Stack">Name of the stack.</param>
/// <param name="Name">Name of the deployment object.</param>
/// <param name="Number">The revision.</param>
/// <param name="Base">The one that it is compared with; null where it is shown whole.</param>
/// <param name="SubmittedAt">When it was submitted.</param>
/// <param name="By">The key with which that was done; empty where it is not known.</param>
/// <param name="IsStanding">Whether it stands.</param>
/// <param name="Others">What it can be compared with, newest first.</param>
/// <param name="Diff">What differs.</param>
public sealed record RevisionDiffView(
    string Stack, string Name, int Number, int? Base, DateTimeOffset SubmittedAt, string By, bool IsStanding, IReadOnlyList<int> Others,
    DiffView Diff);
