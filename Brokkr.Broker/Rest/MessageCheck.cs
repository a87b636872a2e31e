using System.Collections;
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

    /// <exception cref="ApiError">Something is wrong; names the field. The items of a report are judged one by one instead.</exception>
    public static void Require(IMessage request)
    {
        var left = Limits.MessageItems;
        if (Find(request, "", isRequest: true, ref left) is { } flaw)
            throw Errors.Invalid(flaw.Path, flaw.Sentence);
    }

    /// <summary>The first flaw of one part of a request; null where there is none.</summary>
    public static Flaw? Find(IMessage part)
    {
        var left = Limits.MessageItems;
        return Find(part, "", isRequest: false, ref left);
    }

    private static Flaw? Find(IMessage message, string path, bool isRequest, ref int left)
    {
        if (--left < 0)
            return new(FlawKind.Items, path, $"is the {Limits.MessageItems + 1}st part of the request: send less at once.");
        switch (message)
        {
            case Timestamp time:
                return Moments.IsMoment(time) ? null : new(FlawKind.Time, path, Moments.Sentence);
            case ListValue lines:
                return OfLines(lines, path);
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var at = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (field.Accessor.GetValue(message) is { } value && OfField(field, value, at, isRequest, ref left) is { } flaw)
                return flaw;
        }

        return null;
    }

    private static Flaw? OfField(FieldDescriptor field, object value, string path, bool isRequest, ref int left) => value switch
    {
        IDictionary pairs when field.IsMap => TooMany(pairs.Count, Limits.RepeatedItems, path) ?? OfMap(pairs, path, ref left),
        IList items => TooMany(items.Count, Limits.RepeatedItems, path) ?? OfList(field, items, path, ref left),
        IMessage nested => Find(nested, path, isRequest: false, ref left),
        System.Enum => OfWord(field, value, path),
        int and < 0 or long and < 0 when !isRequest && field.Name != Signed => new(FlawKind.Count, path, "must be 0 or more."),
        _ => null,
    };

    private static Flaw? OfMap(IDictionary pairs, string path, ref int left)
    {
        foreach (var value in pairs.Values)
        {
            if (value is IMessage message && Find(message, path, isRequest: false, ref left) is { } flaw)
                return flaw;
        }

        return null;
    }

    private static Flaw? OfList(FieldDescriptor field, IList items, string path, ref int left)
    {
        // One bad item of a report is answered as rejected and costs no other.
        if (field.FieldType != FieldType.Message || field.MessageType == Wire.DeploymentObjectReport.Descriptor)
            return null;
        for (var i = 0; i < items.Count; i++)
        {
            if (Find((IMessage)items[i]!, $"{path}[{i}]", isRequest: false, ref left) is { } flaw)
                return flaw;
        }

        return null;
    }

    private static Flaw? OfWord(FieldDescriptor field, object value, string path) =>
        field.EnumType.FindValueByNumber(Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture)) is null
            ? new(FlawKind.Word, path,
                $"must be one of {string.Join(", ", field.EnumType.Values.Where(v => v.Number != 0).Select(v => v.Name))}.")
            : null;

    private static Flaw? OfLines(ListValue lines, string path) =>
        TooMany(lines.Values.Count, Limits.RepeatedItems, path)
            ?? (lines.Values.Any(v => v.KindCase != Value.KindOneofCase.StringValue)
                ? new(FlawKind.Line, path, "each value must be a list of strings.")
                : null);

    private static Flaw? TooMany(int count, int most, string path) =>
        count > most ? new(FlawKind.Items, path, $"holds more than {most} items: send fewer at once.") : null;
}
