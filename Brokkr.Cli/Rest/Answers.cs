using System.Text.Json.Serialization;

namespace Brokkr.Cli.Rest;

/// <summary>Reads what the broker answers into the records of this folder, which are named and spelled as in the contracts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Self))]
[JsonSerializable(typeof(AuditEvent))]
[JsonSerializable(typeof(Stack))]
[JsonSerializable(typeof(DeploymentObject))]
[JsonSerializable(typeof(Diff))]
[JsonSerializable(typeof(Agent))]
[JsonSerializable(typeof(Target))]
[JsonSerializable(typeof(PlacedHealth))]
[JsonSerializable(typeof(DeploymentObjectHealth))]
[JsonSerializable(typeof(HealthCounts))]
[JsonSerializable(typeof(HealthChange))]
[JsonSerializable(typeof(HealthTransition))]
[JsonSerializable(typeof(Diagnostic))]
[JsonSerializable(typeof(Alert))]
[JsonSerializable(typeof(AlertSilence))]
internal sealed partial class Answers : JsonSerializerContext;
