using System.Text.Json.Serialization;
using Brokkr.Contracts;

namespace Brokkr.Agent.Operations;

/// <summary>What a probe is told: a word, why where something is wrong, and which version answers.</summary>
internal sealed record ProbeAnswer(string Status, IReadOnlyList<string> Reasons)
{
    public string Version { get; } = ProgramVersion.Current;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProbeAnswer))]
internal sealed partial class ProbeJson : JsonSerializerContext;
