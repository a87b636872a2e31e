using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Alerts.Evaluation;

/// <summary>The parameters of a rule's statements. Pure.</summary>
internal static class RuleSql
{
    public static object ObjectsOf(AlertRule rule, int staleAfter) => new
    {
        rule = rule.Id,
        ruleName = rule.Name,
        groupBy = rule.GroupBy.Text(),
        statuses = rule.ObjectStatuses,
        conditions = rule.Conditions.ToArray(),
        stacks = rule.StackIds.ToArray(),
        agents = rule.AgentIds.ToArray(),
        holdFailing = rule.HoldFailing,
        holdDegraded = rule.HoldDegraded,
        holdUnknown = rule.HoldUnknown,
        recover = rule.Recover,
        staleAfter,
        worst = AlertSql.WorstFirst,
    };

    public static object AgentsOf(AlertRule rule, int staleAfter, DateTimeOffset watchingSince) => new
    {
        rule = rule.Id,
        ruleName = rule.Name,
        meansSilence = rule.MeansSilence,
        agents = rule.AgentIds.ToArray(),
        holdSilent = rule.HoldSilent,
        recover = rule.Recover,
        staleAfter,
        watchingSince = watchingSince.UtcDateTime,
    };
}
