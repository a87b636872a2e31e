using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>Judges whether a Service of type LoadBalancer, or an Ingress, has an address. Some controllers never write one, so it is never a fault. Pure.</summary>
internal static class AddressRule
{
    public static readonly string[] Fields = ["spec.type", "spec.externalIPs", "status.loadBalancer.ingress.*.ip", "status.loadBalancer.ingress.*.hostname"];

    public static Verdict Evaluate(ProjectedObject found, ResourceCase resource, RuleContext context)
    {
        if (found.Kind == "Service" && found.Text("spec.type") != "LoadBalancer")
            return ExistsRule.Evaluate(resource, context);
        var addresses = Fields.Skip(2).Append("spec.externalIPs.*").SelectMany(path => found.Fields.At(path)).Select(JsonPaths.TextOf).Where(a => a is { Length: > 0 }).ToList();
        return addresses.Count > 0
            ? new($"Address {string.Join(", ", addresses)}", [])
            : new("No address yet", [ResourceFinding.Progressing(found, "It waits for an address; something must provide load balancers.") with { Condition = ConditionWord.AddressPending }]);
    }
}
