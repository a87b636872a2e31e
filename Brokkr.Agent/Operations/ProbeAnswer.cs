using System.Text.Json.Serialization;

namespace Brokkr.Agent.Operations;

/// <summary>What a probe is told: a word, and why where something is wrong.</summary>
internal sealed record ProbeAnswer(string Status, IReadOnlyList<string> Reasons);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProbeAnswer))]
internal sealed partial class ProbeJson : JsonSerializerContext;
