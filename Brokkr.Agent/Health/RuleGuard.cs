using System.Collections.Concurrent;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Health;

/// <summary>
/// Keeps what a rule throws to the object that it was judging: of that one nothing is known. Said once for each. Thread-safe.
/// </summary>
internal sealed class RuleGuard(ILogger log)
{
    /// <summary>So many objects are remembered as said.</summary>
    private const int Most = 1000;

    private readonly ConcurrentDictionary<(ResourceId, Type), bool> _said = [];

    /// <param name="id">The object.</param>
    /// <param name="rule">Judges it.</param>
    /// <param name="otherwise">What stands for the judgement where the rule threw.</param>
    public T Run<T>(ResourceId id, Func<T> rule, Func<Finding, T> otherwise)
    {
        try
        {
            return rule();
        }
        catch (Exception e)
        {
            if (_said.Count < Most && _said.TryAdd((id, e.GetType()), true))
            {
                var name = ShortText.Name($"{id}");
                HealthLog.RuleFailed(log, e, name);
            }

            return otherwise(new(ConditionWord.RuleFailed, Severity.Unreadable, id)
            {
                Message = $"The agent cannot judge it ({e.GetType().Name}); its log says more.",
            });
        }
    }
}
