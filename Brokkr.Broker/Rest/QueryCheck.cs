using System.Globalization;
using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace Brokkr.Broker.Rest;

/// <summary>Checks query parameters against the message that they are to become. Pure.</summary>
internal static partial class QueryCheck
{
    /// <exception cref="ApiError">A parameter is unknown, repeated or of the wrong shape; names it.</exception>
    public static void Require(IQueryCollection query, GrpcJsonTranscodingMetadata method)
    {
        foreach (var (name, values) in query)
        {
            var fields = method.HttpRule.Body == "*" ? [] : Parameters(method);
            var field = fields.Find(f => f.Name == name)
                ?? throw Errors.Malformed("unknown_parameter", fields.Count == 0
                    ? "This path takes no query parameters."
                    : $"There is no query parameter {JsonBodyCheck.Shown(name)}: "
                    + $"{JsonBodyCheck.Allowed(name, fields.Select(f => f.Name))}.");
            if (!field.IsRepeated && values.Count != 1)
                throw Errors.Invalid(name, "is there more than once.");
            foreach (var value in values)
                RequireValue(field, name, value ?? "");
        }
    }

    private static void RequireValue(FieldDescriptor field, string name, string value)
    {
        switch (field.FieldType)
        {
            case FieldType.Int32 when !(WholeNumber().IsMatch(value)
                && int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)):
                throw Errors.Invalid(name, "must be a whole number.");
            case FieldType.Bool when value is not ("true" or "false"):
                throw Errors.Invalid(name, "must be true or false.");
            case FieldType.Enum when field.EnumType.FindValueByName(value) is null or { Number: 0 }:
                throw Errors.Invalid(name,
                    $"must be one of {string.Join(", ", field.EnumType.Values.Where(v => v.Number != 0).Select(v => v.Name))}.");
            case FieldType.Message when IsTime(field) && !WellKnownJson.IsTime(value):
                throw Errors.Invalid(name, $"must be {WellKnownJson.TimeShape}.");
        }
    }

    /// <summary>As JSON writes it; the framework alone takes a plus, zeros in front and NULs at the end too.</summary>
    [GeneratedRegex(@"^-?(0|[1-9][0-9]{0,9})\z", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();

    private static bool IsTime(FieldDescriptor field) =>
        field is { FieldType: FieldType.Message, IsRepeated: false, MessageType.FullName: "google.protobuf.Timestamp" };

    private static List<FieldDescriptor> Parameters(GrpcJsonTranscodingMetadata method)
    {
        var rule = method.HttpRule;
        var path = $"{rule.Get}{rule.Delete}{rule.Post}{rule.Put}{rule.Patch}";
        return [.. method.MethodDescriptor.InputType.Fields.InDeclarationOrder()
            .Where(f => (f.FieldType != FieldType.Message || IsTime(f)) && !path.Contains($"{{{f.Name}}}", StringComparison.Ordinal))];
    }
}
