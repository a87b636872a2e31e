using System.Collections;
using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Rest;

/// <summary>
/// Times that others name. The database holds microseconds and rounds what is finer, at the end of the calendar beyond it; and what lies
/// far ahead is a clock that is wrong. Pure.
/// </summary>
internal static class Moments
{
    public const string Sentence = "must be a time between the years 1 and 9999.";

    /// <summary>So far a clock elsewhere may be ahead of the broker's.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    private const int NanosPerMicrosecond = 1000;

    /// <summary>Of each kind of message the fields below which a time can be: most messages have none.</summary>
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> Timed = new();

    /// <summary>Whether the calendar has the time.</summary>
    public static bool IsMoment(Timestamp time) =>
        time is { Seconds: >= -62_135_596_800 and <= 253_402_300_799, Nanos: >= 0 and <= 999_999_999 };

    /// <summary>The time without what is finer than a microsecond, so that it is never rounded up.</summary>
    public static DateTimeOffset Cut(DateTimeOffset time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerMicrosecond, time.Offset);

    /// <summary>
    /// Cuts every time of a checked message, in place, to microseconds and to a day after its receipt; answers whether one lay further
    /// ahead.
    /// </summary>
    public static bool Bound(IMessage message, DateTimeOffset received)
    {
        var (latest, isAhead) = (Cut(received + Ahead).ToTimestamp(), false);
        Visit(message);
        return isAhead;

        void Visit(IMessage visited)
        {
            if (visited is Timestamp time)
            {
                isAhead |= time > latest;
                (time.Seconds, time.Nanos) = time > latest
                    ? (latest.Seconds, latest.Nanos)
                    : (time.Seconds, time.Nanos - time.Nanos % NanosPerMicrosecond);
                return;
            }

            foreach (var field in Timed.GetOrAdd(visited.Descriptor, TimedOf))
            {
                if (field.Accessor.GetValue(visited) is not { } value)
                    continue;
                foreach (var nested in value is IList items ? items.Cast<IMessage>() : [(IMessage)value])
                    Visit(nested);
            }
        }
    }

    private static FieldDescriptor[] TimedOf(MessageDescriptor kind) =>
        [.. kind.Fields.InDeclarationOrder().Where(f => f is { FieldType: FieldType.Message, IsMap: false } && Holds(f.MessageType, []))];

    private static bool Holds(MessageDescriptor kind, HashSet<MessageDescriptor> seen) =>
        kind == Timestamp.Descriptor || (seen.Add(kind)
            && kind.Fields.InDeclarationOrder()
                .Any(f => f is { FieldType: FieldType.Message, IsMap: false } && Holds(f.MessageType, seen)));
}
