using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Wire = Brokkr.V1;

namespace Brokkr.Contracts.Text;

/// <summary>Cleans every text of a message in place.</summary>
public static class WireCleaner
{
    private static readonly HashSet<string> Sentences = new(StringComparer.Ordinal) { "message", "error" };

    public static void Clean(Wire.HealthSummary summary) => CleanMessage(summary);

    /// <summary>Log lines are bounded by their size, names and messages by their documented lengths.</summary>
    public static void Clean(Wire.SubmitResultRequest request) => CleanMessage(request);

    private static void CleanMessage(IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            switch (value)
            {
                case null:
                    break;
                case MapField<string, ListValue> tails:
                    CleanTails(tails);
                    break;
                case RepeatedField<string> texts:
                    for (var i = 0; i < texts.Count; i++)
                        texts[i] = TextCleaner.Clean(texts[i], Limits.NameLength);
                    break;
                case string text:
                    field.Accessor.SetValue(message, TextCleaner.Clean(text, Sentences.Contains(field.Name) ? Limits.MessageLength : 2 * Limits.NameLength));
                    break;
                case Timestamp:
                    break;
                case IMessage nested:
                    CleanMessage(nested);
                    break;
                case System.Collections.IList items when field is { IsRepeated: true, IsMap: false, FieldType: FieldType.Message }:
                    foreach (IMessage item in items)
                        CleanMessage(item);
                    break;
                default:
                    break;
            }
        }
    }

    private static void CleanTails(MapField<string, ListValue> tails)
    {
        foreach (var (key, lines) in tails.ToList())
        {
            foreach (var line in lines.Values.Where(l => l.KindCase == Value.KindOneofCase.StringValue))
                line.StringValue = TextCleaner.Clean(line.StringValue, Limits.LogLineBytes);
            var clean = TextCleaner.Clean(key, 3 * Limits.NameLength);
            if (clean == key)
                continue;
            tails.Remove(key);
            tails[clean] = lines;
        }
    }
}
