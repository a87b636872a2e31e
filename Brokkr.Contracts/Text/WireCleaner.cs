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

    public static void Clean(Wire.HealthSummary summary) => Clean(summary, new RedactionBudget());

    /// <summary>The same within the budget of the report that holds the summary.</summary>
    public static void Clean(Wire.HealthSummary summary, RedactionBudget budget) => CleanMessage(summary, budget);

    /// <summary>Adds what it takes out to the request's own counts.</summary>
    public static void Clean(Wire.SubmitResultRequest request) => Clean(request, new RedactionBudget());

    /// <summary>The same within the budget of a result of which parts were cleaned before, and with what that took out.</summary>
    public static void Clean(Wire.SubmitResultRequest request, RedactionBudget budget)
    {
        CleanMessage(request, budget);
        var counts = RedactionRules.Clean(request.Redaction?.Counts ?? []);
        foreach (var (rule, count) in budget.Counts)
            counts[rule] = RedactionRules.Total([counts.GetValueOrDefault(rule), count]);
        request.Redaction = new() { Counts = { counts }, Total = RedactionRules.Total(counts.Values) };
    }

    /// <summary>One sentence: redacted, cleaned and bounded.</summary>
    public static string Sentence(string? text, IDictionary<string, int> counts) =>
        Words(text ?? "", Limits.MessageLength, new(counts));

    private static string Words(string text, int maxLength, RedactionBudget budget)
    {
        if ((text.Length == 0 || PlainTexts.Has(text)) && text.Length <= maxLength && budget.Takes(text.Length))
            return text;
        // A redacted text comes back from a second cleaning as it was, so the lines of one that has several end as visible escapes only
        // now.
        var lines = text.Contains('\n')
            ? string.Join('\n', text.Split('\n').Select(l => TextCleaner.Clean(l.TrimEnd('\r'))))
            : TextCleaner.Clean(text.TrimEnd('\r'));
        var clean = TextCleaner.Clean(Redactor.Redact(lines, budget), maxLength);
        if (ReferenceEquals(clean, text))
            PlainTexts.Add(text);
        return clean;
    }

    private static void CleanMessage(IMessage message, RedactionBudget budget)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            // A number would be put into a box to be looked at.
            if (field.FieldType is not (FieldType.String or FieldType.Message))
                continue;
            switch (field.Accessor.GetValue(message))
            {
                case MapField<string, ListValue> tails:
                    CleanTails(tails, budget);
                    break;
                case MapField<string, string> pairs:
                    foreach (var (key, value) in pairs.ToList())
                    {
                        pairs.Remove(key);
                        pairs[Words(key, Limits.NameLength, budget)] = Words(value, Limits.NameLength, budget);
                    }

                    break;
                case RepeatedField<string> texts:
                    for (var i = 0; i < texts.Count; i++)
                        texts[i] = Words(texts[i], 3 * Limits.NameLength, budget);
                    break;
                case string text:
                    var clean = Words(text, Sentences.Contains(field.Name) ? Limits.MessageLength : 2 * Limits.NameLength, budget);
                    if (!ReferenceEquals(clean, text))
                        field.Accessor.SetValue(message, clean);
                    break;
                case IMessage nested and not Timestamp:
                    CleanMessage(nested, budget);
                    break;
                case IList items when field is { IsRepeated: true, IsMap: false, FieldType: FieldType.Message }:
                    foreach (IMessage item in items)
                        CleanMessage(item, budget);
                    break;
                default:
                    break;
            }
        }
    }

    private static void CleanTails(MapField<string, ListValue> tails, RedactionBudget budget)
    {
        foreach (var (key, lines) in tails.ToList())
        {
            var clean = LogCleaner.Clean(lines.Values.Select(l => l.StringValue), int.MaxValue, budget).Lines;
            tails.Remove(key);
            tails[Words(key, 3 * Limits.NameLength, budget)] = new() { Values = { clean.Select(Value.ForString) } };
        }
    }
}
