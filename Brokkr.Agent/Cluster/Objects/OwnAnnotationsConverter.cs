using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// Reads a map of annotations and keeps those that begin with <c>brokkr.io/</c>, that stand in for a status, that number a revision or that
/// make a hook. The serializer hands a converter the whole value, so that skipping succeeds; <c>Skip</c> itself refuses while the rest of
/// the document still streams in.
/// </summary>
internal sealed class OwnAnnotationsConverter : JsonConverter<Dictionary<string, string>>
{
    /// <summary>Where autoscalers of the first version keep their conditions, a list in JSON.</summary>
    public const string Conditions = "autoscaling.alpha.kubernetes.io/conditions";

    /// <summary>Where the controller of a Deployment counts its revisions.</summary>
    public const string Revision = "deployment.kubernetes.io/revision";

    /// <summary>What makes an object a hook, which runs until it is done.</summary>
    public static readonly IReadOnlyList<string> Hooks = ["helm.sh/hook", "argocd.argoproj.io/hook"];

    private const string Prefix = "brokkr.io/";

    /// <summary>Nearly every object has none of them.</summary>
    private static readonly Dictionary<string, string> None = [];

    public override Dictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Dictionary<string, string>? kept = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.TrySkip();
            return None;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if ((key.StartsWith(Prefix, StringComparison.Ordinal) || key is Conditions or Revision || Hooks.Contains(key))
                && reader.TokenType == JsonTokenType.String)
                (kept ??= new(StringComparer.Ordinal))[key] = reader.GetString()!;
            else
                reader.TrySkip();
        }

        return kept ?? None;
    }

    public override void Write(Utf8JsonWriter writer, Dictionary<string, string> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Objects of the cluster are read, never written.");
}
