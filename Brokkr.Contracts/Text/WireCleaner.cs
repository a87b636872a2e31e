using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Wire = Brokkr.V1;

namespace Brokkr.Contracts.Text;

/// <summary>Cleans and redacts every text of a message in place. Idempotent: what was redacted before is not counted again.</summary>
public static class WireCleaner
{
    private static readonly HashSet<string> Sentences = new(StringComparer.Ordinal) { "message", "error", "advice" };

    public static void Clean(Wire.HealthSummary summary) => CleanMessage(summary, new Dictionary<string, int>());

    /// <summary>Adds what it takes out to the request's own counts.</summary>
    public static void Clean(Wire.SubmitResultRequest request)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        CleanMessage(request, counts);
        request.Redaction ??= new();
        foreach (var (rule, count) in counts)
            request.Redaction.Counts[rule] = request.Redaction.Counts.GetValueOrDefault(rule) + count;
        request.Redaction.Total = request.Redaction.Counts.Values.Sum();
    }

    /// <summary>One sentence: redacted, cleaned and bounded.</summary>
    public static string Sentence(string? text, IDictionary<string, int> counts) =>
        Words(text ?? "", Limits.MessageLength, counts);

    private static string Words(string text, int maxLength, IDictionary<string, int> counts) => TextCleaner.Clean(Redactor.Redact(TextCleaner.Clean(text), counts), maxLength);

    private static void CleanMessage(IMessage message, IDictionary<string, int> counts)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            switch (field.Accessor.GetValue(message))
            {
                case MapField<string, ListValue> tails:
                    CleanTails(tails, counts);
                    break;
                case MapField<string, string> pairs:
                    foreach (var (key, value) in pairs.ToList())
                    {
                        pairs.Remove(key);
                        pairs[TextCleaner.Clean(key, Limits.NameLength)] = Words(value, Limits.NameLength, counts);
                    }

                    break;
                case RepeatedField<string> texts:
                    for (var i = 0; i < texts.Count; i++)
                        texts[i] = Words(texts[i], 3 * Limits.NameLength, counts);
                    break;
                case string text when Sentences.Contains(field.Name):
                    field.Accessor.SetValue(message, Sentence(text, counts));
                    break;
                case string text:
                    field.Accessor.SetValue(message, Words(text, 2 * Limits.NameLength, counts));
                    break;
                case IMessage nested and not Timestamp:
                    CleanMessage(nested, counts);
                    break;
                case IList items when field is { IsRepeated: true, IsMap: false, FieldType: FieldType.Message }:
                    foreach (IMessage item in items)
                        CleanMessage(item, counts);
                    break;
                default:
                    break;
            }
        }
    }

    private static void CleanTails(MapField<string, ListValue> tails, IDictionary<string, int> counts)
    {
        foreach (var (key, lines) in tails.ToList())
        {
            var clean = LogCleaner.Clean(lines.Values.Select(l => l.StringValue), int.MaxValue, counts).Lines;
            tails.Remove(key);
            tails[TextCleaner.Clean(key, 3 * Limits.NameLength)] = new() { Values = { clean.Select(Value.ForString) } };
        }
    }
}
