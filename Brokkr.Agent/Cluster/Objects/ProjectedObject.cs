using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// An object of a kind that has no shape of its own here: identity, and the few fields that the rules of its kind look at.
/// </summary>
internal class ProjectedObject : KubeObject
{
    private const string ConditionsPath = "status.conditions";

    /// <summary>What was kept of the object besides its metadata, as in <c>{"spec":{"type":"LoadBalancer"},"status":{}}</c>.</summary>
    [JsonIgnore]
    public JsonElement Fields { get; init; } = JsonElement.Parse("{}");

    [JsonIgnore]
    public override long? ObservedGeneration => Number("status.observedGeneration");

    /// <summary>The values at a path: everything that rules read of <see cref="Fields"/> goes through here.</summary>
    public virtual IEnumerable<JsonElement> At(string path) => Fields.At(path);

    /// <summary>The conditions at a path of lists of them.</summary>
    public IEnumerable<Condition> Conditions(string path = ConditionsPath) =>
        At(path).Where(list => list.ValueKind == JsonValueKind.Array).SelectMany(list => list.EnumerateArray()).SelectMany(Condition.From);

    public Condition? Find(string conditionType) => Conditions().FirstOrDefault(c => c.Type == conditionType);

    /// <summary>The text of the first value at a path; null where there is none, or where it is a list or a map.</summary>
    public string? Text(string path) => At(path).Select(JsonPaths.TextOf).FirstOrDefault();

    /// <summary>The whole number at a path; a string that holds one counts.</summary>
    public long? Number(string path) =>
        long.TryParse(Text(path), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture,
            out var number) ? number : null;

    /// <summary>Whether the value at a path is true.</summary>
    public bool IsSet(string path) => Text(path) == "true";
}
