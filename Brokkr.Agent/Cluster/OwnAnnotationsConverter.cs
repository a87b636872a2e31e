using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster;

/// <summary>
/// Reads a map of annotations and keeps those that begin with <c>brokkr.io/</c> and those that stand in for a status. The serializer hands a converter the whole value, so that
/// skipping succeeds; <c>Skip</c> itself refuses while the rest of the document still streams in.
/// </summary>
internal sealed class OwnAnnotationsConverter : JsonConverter<Dictionary<string, string>>
{
    /// <summary>Where autoscalers of the first version keep their conditions, a list in JSON.</summary>
    public const string Conditions = "autoscaling.alpha.kubernetes.io/conditions";

    private const string Prefix = "brokkr.io/";

    public override Dictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.TrySkip();
            return kept;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if ((key.StartsWith(Prefix, StringComparison.Ordinal) || key == Conditions) && reader.TokenType == JsonTokenType.String)
                kept[key] = reader.GetString()!;
            else
                reader.TrySkip();
        }

        return kept;
    }

    public override void Write(Utf8JsonWriter writer, Dictionary<string, string> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Objects of the cluster are read, never written.");
}
