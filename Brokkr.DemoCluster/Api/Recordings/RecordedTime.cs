using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Brokkr.DemoCluster.Api.Recordings;

/// <summary>Finds and moves the timestamps in recorded objects: strings that are wholly one. Pure.</summary>
internal static partial class RecordedTime
{
    private const int SecondsLength = 19;
    private const string SecondsFormat = "yyyy-MM-ddTHH:mm:ss";

    /// <summary>What people or programs wrote, which may speak of any time.</summary>
    private static readonly HashSet<string> NotRecorded = ["annotations", "labels", "data", "stringData"];

    /// <summary>Plans: an expiry or the next run tells nothing about the moment of recording.</summary>
    private static readonly string[] Plans = ["notAfter", "notBefore", "expir", "renewal", "deletion", "next", "until", "deadline"];

    /// <summary>The newest moment that the recording itself speaks of, or null.</summary>
    public static DateTimeOffset? Newest(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().Where(p => TellsTheTime(p.Name)).Select(p => Newest(p.Value)).Max(),
        JsonValueKind.Array => element.EnumerateArray().Select(Newest).Max(),
        JsonValueKind.String => Read(element.GetString()!),
        _ => null,
    };

    /// <summary>Whole seconds, so that fractions keep their digits; rounded so that nothing lies later than asked for.</summary>
    public static TimeSpan ShiftTo(DateTimeOffset target, DateTimeOffset? newest) =>
        newest is null ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Floor((target - newest.Value).TotalSeconds));

    /// <summary>Copies an element with every timestamp moved; the named members of the outermost object are left out.</summary>
    public static void WriteShifted(JsonElement element, TimeSpan shift, Utf8JsonWriter writer, params IReadOnlyCollection<string> without)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().Where(m => !without.Contains(m.Name)))
                {
                    writer.WritePropertyName(member.Name);
                    WriteShifted(member.Value, shift, writer);
                }
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                    WriteShifted(item, shift, writer);
                writer.WriteEndArray();
                break;
            case JsonValueKind.String when element.GetString() is { } text && Read(text) is not null:
                writer.WriteStringValue(Shift(text, shift));
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }

    public static string Shift(string text, TimeSpan shift)
    {
        var seconds = DateTime.ParseExact(text.AsSpan(0, SecondsLength), SecondsFormat, CultureInfo.InvariantCulture);
        var farAway = shift > TimeSpan.Zero ? seconds > DateTime.MaxValue - shift : seconds < DateTime.MinValue - shift;
        return farAway ? text : (seconds + shift).ToString(SecondsFormat, CultureInfo.InvariantCulture) + text[SecondsLength..];
    }

    /// <summary>Null when the text is no timestamp, or stands for none: runtimes write the epoch, Go its year 1.</summary>
    public static DateTimeOffset? Read(string text)
    {
        var match = Timestamp().Match(text);
        if (!match.Success
            || !DateTime.TryParseExact(match.Groups["seconds"].ValueSpan, SecondsFormat, CultureInfo.InvariantCulture, DateTimeStyles.None,
                out var seconds)
            || seconds.Year <= 1970)
            return null;
        var ticks = match.Groups["fraction"].Value.PadRight(7, '0')[..7];
        var zone = match.Groups["zone"].Value;
        var offset = zone is "Z"
            ? TimeSpan.Zero
            : TimeSpan.ParseExact(zone[1..], "hh\\:mm", CultureInfo.InvariantCulture) * (zone[0] == '-' ? -1 : 1);
        return new DateTimeOffset(seconds.Ticks + long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero) - offset;
    }

    private static bool TellsTheTime(string name) =>
        !NotRecorded.Contains(name) && !Array.Exists(Plans, plan => name.Contains(plan, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(
        @"^(?<seconds>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"
        + @"(\.(?<fraction>[0-9]{1,9}))?(?<zone>Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Timestamp();
}
