using System.Collections;
using System.Collections.Concurrent;
using Brokkr.Contracts;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Rest;

/// <summary>
/// Walks every field of a message that could be parsed and finds what is wrong with it all the same. It knows times, words, counts and the
/// number of items; what a request itself counts (a page, an attempt) is checked where it is used. Pure.
/// </summary>
internal static class MessageCheck
{
    /// <summary>The only numbers of the contracts that may be below zero: some systems end programs with such.</summary>
    private const string Signed = "exit_code";

    /// <summary>Of each kind of message the fields that something can be wrong with: most are texts, which are cleaned elsewhere.</summary>
    private static readonly ConcurrentDictionary<MessageDescriptor, FieldDescriptor[]> Checked = new();

    /// <exception cref="ApiError">Something is wrong; names the field. The items of a report are judged one by one instead.</exception>
    public static void Require(IMessage request)
    {
        var left = Limits.MessageItems;
        if (Find(request, isRequest: true, ref left) is { } flaw)
            throw Errors.Invalid(flaw.Path, flaw.Sentence);
    }

    /// <summary>The first flaw of one part of a request; null where there is none.</summary>
    public static Flaw? Find(IMessage part)
    {
        var left = Limits.MessageItems;
        return Find(part, isRequest: false, ref left);
    }

    /// <summary>The path of a flaw begins within the message; whoever holds that puts its own field before it.</summary>
    private static Flaw? Find(IMessage message, bool isRequest, ref int left)
    {
        if (--left < 0)
            return new(FlawKind.Items, "", $"is the {Limits.MessageItems + 1}st part of the request: send less at once.");
        switch (message)
        {
            case Timestamp time:
                return Moments.IsMoment(time) ? null : new(FlawKind.Time, "", Moments.Sentence);
            case ListValue lines:
                return OfLines(lines);
        }

        foreach (var field in Checked.GetOrAdd(message.Descriptor, CheckedOf))
        {
            if (field.Accessor.GetValue(message) is { } value && OfField(field, value, isRequest, ref left) is { } flaw)
                return flaw.Within(field.Name);
        }

        return null;
    }

    private static FieldDescriptor[] CheckedOf(MessageDescriptor kind) =>
    [
        .. kind.Fields.InDeclarationOrder().Where(f => f.IsRepeated || f.FieldType is FieldType.Message or FieldType.Enum
            || f.FieldType is FieldType.Int32 or FieldType.Int64 or FieldType.SInt32 or FieldType.SInt64 or FieldType.SFixed32
                or FieldType.SFixed64 && f.Name != Signed),
    ];

    private static Flaw? OfField(FieldDescriptor field, object value, bool isRequest, ref int left) => value switch
    {
        IDictionary pairs when field.IsMap => TooMany(pairs.Count) ?? OfMap(pairs, ref left),
        IList items => TooMany(items.Count) ?? OfList(field, items, ref left),
        IMessage nested => Find(nested, isRequest: false, ref left),
        System.Enum => OfWord(field, value),
        int and < 0 or long and < 0 when !isRequest => new(FlawKind.Count, "", "must be 0 or more."),
        _ => null,
    };

    private static Flaw? OfMap(IDictionary pairs, ref int left)
    {
        foreach (var value in pairs.Values)
        {
            if (value is IMessage message && Find(message, isRequest: false, ref left) is { } flaw)
                return flaw;
        }

        return null;
    }

    private static Flaw? OfList(FieldDescriptor field, IList items, ref int left)
    {
        // One bad item of a report is answered as rejected and costs no other.
        if (field.FieldType != FieldType.Message || field.MessageType == Wire.DeploymentObjectReport.Descriptor)
            return null;
        for (var i = 0; i < items.Count; i++)
        {
            if (Find((IMessage)items[i]!, isRequest: false, ref left) is { } flaw)
                return flaw.Within($"[{i}]");
        }

        return null;
    }

    private static Flaw? OfWord(FieldDescriptor field, object value) =>
        field.EnumType.FindValueByNumber(Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)) is null
            ? new(FlawKind.Word, "",
                $"must be one of {string.Join(", ", field.EnumType.Values.Where(v => v.Number != 0).Select(v => v.Name))}.")
            : null;

    private static Flaw? OfLines(ListValue lines) =>
        TooMany(lines.Values.Count)
            ?? (lines.Values.Any(v => v.KindCase != Value.KindOneofCase.StringValue)
                ? new(FlawKind.Line, "", "each value must be a list of strings.")
                : null);

    private static Flaw? TooMany(int count) => count > Limits.RepeatedItems
        ? new(FlawKind.Items, "", $"holds more than {Limits.RepeatedItems} items: send fewer at once.")
        : null;
}
