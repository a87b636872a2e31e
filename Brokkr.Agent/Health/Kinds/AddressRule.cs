using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// Judges whether a Service of type LoadBalancer, or an Ingress, has an address. Some controllers never write one, so it is never a fault.
/// Pure.
/// </summary>
internal static class AddressRule
{
    public static readonly IReadOnlyList<string> Fields =
        ["spec.type", "spec.externalIPs", "status.loadBalancer.ingress.*.ip", "status.loadBalancer.ingress.*.hostname"];

    private static readonly string[] Addresses =
        ["status.loadBalancer.ingress.*.ip", "status.loadBalancer.ingress.*.hostname", "spec.externalIPs.*"];

    public static Verdict Evaluate(ProjectedObject found, ResourceCase resource, RuleContext context)
    {
        if (found.Kind == "Service" && found.Text("spec.type") != "LoadBalancer")
            return ExistsRule.Evaluate(resource, context);
        var addresses = Addresses.SelectMany(found.At).Select(JsonPaths.TextOf).Where(a => a is { Length: > 0 }).ToList();
        if (addresses.Count > 0)
            return new($"Address {string.Join(", ", addresses)}", []);
        // An entry without an address is how some controllers say that they have taken an Ingress up.
        if (found.Kind == "Ingress" && found.At("status.loadBalancer.ingress.*").Any())
            return new("Its controller has taken it up and names no address", []);
        var refusal = EventText.Warning(context.Snapshot.EventsAbout(found.Metadata.Uid))?.Message;
        var waits = ResourceFinding.Progressing(found,
            refusal ?? "It waits for an address; something must provide load balancers.");
        return new(
            refusal is null ? "No address yet" : $"No address yet: {refusal}", [waits with { Condition = ConditionWord.AddressPending }]);
    }
}
