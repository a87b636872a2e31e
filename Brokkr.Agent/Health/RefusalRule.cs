using Brokkr.Agent.Cluster;
using Brokkr.Agent.Deployment;

namespace Brokkr.Agent.Health;

/// <summary>Judges a resource that could not be applied: it is not what its manifest says, however well what is there may be. Pure.</summary>
internal static class RefusalRule
{
    /// <param name="id">The resource.</param>
    /// <param name="verdict">What its own rule says; that it is missing needs no saying any more.</param>
    /// <param name="refusal">Why it could not be applied.</param>
    public static Verdict Evaluate(ResourceId id, Verdict verdict, Refusal refusal)
    {
        var finding = new Finding(ConditionWord.ApplyFailed, Severity.Failing, id) { Since = refusal.Since, Message = refusal.Text };
        return verdict with
        {
            Message = refusal.Text,
            Findings = [finding, .. verdict.Findings.Where(f => f.Condition is not (ConditionWord.ResourceMissing or ConditionWord.KindNotServed))],
        };
    }
}
