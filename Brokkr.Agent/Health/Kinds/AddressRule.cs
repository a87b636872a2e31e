using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Health.Findings;

namespace Brokkr.Agent.Health.Kinds;

/// <summary>
/// Judges whether a Service of type LoadBalancer, or an Ingress, has an address. Some controllers never write one, so it is never a fault,
/// and an Ingress that no controller is known to look after is not on its way to one. Pure.
/// </summary>
internal static class AddressRule
{
    public static readonly IReadOnlyList<string> Fields =
        ["spec.externalIPs", "status.loadBalancer.ingress.*.ip", "status.loadBalancer.ingress.*.hostname"];

    private static readonly string[] Classes = ["spec.ingressClassName", "metadata.annotations[kubernetes.io/ingress.class]"];

    public static readonly IReadOnlyList<string> IngressFields = [.. Fields, .. Classes];

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
        var isAwaited = found.Kind == "Service" || IsTakenUp(found, context);
        var waits = ResourceFinding.Progressing(found, refusal ?? (isAwaited
            ? "It waits for an address; something must provide load balancers."
            : "It has no address and names no class; no controller shows that it looks after it.")) with
        {
            Condition = ConditionWord.AddressPending,
        };
        return new(refusal is null ? "No address yet" : $"No address yet: {refusal}",
            [isAwaited ? waits : waits with { Severity = Severity.Shown }]);
    }

    /// <summary>
    /// Whether some controller is known to look after an Ingress. Where the cluster has a class for those that name none, the API server
    /// writes it in; a controller that takes up what has no class shows it by an event, a finalizer or an entry in the status.
    /// </summary>
    private static bool IsTakenUp(ProjectedObject ingress, RuleContext context) =>
        Array.Exists(Classes, path => ingress.Text(path) is { Length: > 0 }) || ingress.Metadata.Finalizers.Count > 0
        || ingress.At("status.loadBalancer.ingress").Any() || context.Snapshot.EventsAbout(ingress.Metadata.Uid).Any();
}
