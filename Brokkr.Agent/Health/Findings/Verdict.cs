namespace Brokkr.Agent.Health.Findings;

/// <summary>What a rule says of a resource: a sentence with the numbers, and what it found.</summary>
internal sealed record Verdict(string Message, IReadOnlyList<Finding> Findings)
{
    /// <summary>The status of its row where no finding says worse.</summary>
    public RowStatus Row { get; init; } = RowStatus.Healthy;

    /// <summary>Whether its rollout had come to an end, so that what it is short of now is none.</summary>
    public bool IsRolledOut { get; init; }
}
