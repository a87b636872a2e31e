namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>A group of which a receiver is to be told now.</summary>
/// <param name="ReceiverId">The receiver.</param>
/// <param name="RuleId">The rule; none where it is of several.</param>
/// <param name="RuleName">What it is called.</param>
/// <param name="GroupKey">The group.</param>
/// <param name="News">What it does not know yet; empty where it is told again.</param>
/// <param name="Firing">How much of it goes on that a digest counts.</param>
internal sealed record Telling(
    Guid ReceiverId, Guid RuleId, string RuleName, string GroupKey, IReadOnlyList<NewsRow> News, int Firing);
