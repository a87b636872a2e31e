using System.Text.Json;
using System.Text.Json.Serialization;

namespace Brokkr.Agent.Cluster.Objects;

/// <summary>
/// Labels in one text, which objects that have the same ones share: a line for each, in ordinal order. No label can hold a line break.
/// </summary>
internal static class LabelSet
{
    public static string Of(IEnumerable<KeyValuePair<string, string>> labels) => SharedStringConverter.Share(
        string.Concat(labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"\n{l.Key}={l.Value}").Append("\n")));

    /// <summary>Whether the labels are among those of the text; null has none.</summary>
    public static bool Has(string? labels, IEnumerable<KeyValuePair<string, string>> wanted) =>
        wanted.All(w => labels?.Contains($"\n{w.Key}={w.Value}\n", StringComparison.Ordinal) == true);
}

/// <summary>Reads a map of labels into the text of <see cref="LabelSet"/>.</summary>
internal sealed class LabelSetConverter : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.TrySkip();
            return null;
        }

        var labels = new List<KeyValuePair<string, string>>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
                labels.Add(new(key, reader.GetString()!));
            else
                reader.TrySkip();
        }

        return labels.Count == 0 ? null : LabelSet.Of(labels);
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Objects of the cluster are read, never written.");
}
