using Brokkr.Broker.Rest;
using Google.Protobuf.Collections;
using Status = Brokkr.V1.AlertStatus.Types.Word;

namespace Brokkr.Broker.Alerts.Rules;

/// <summary>Reads the lists by which rules and silences say what they mean. Pure.</summary>
internal static class AlertMatch
{
    public const int MostIds = 500;

    private const int MostConditions = 50, ConditionLength = 64;

    /// <exception cref="ApiError">One of them is none.</exception>
    public static List<Status> Statuses(RepeatedField<Status> given) =>
        given.All(s => s is Status.Failing or Status.Degraded or Status.Unknown or Status.Silent)
            ? [.. given.Distinct()]
            : throw Errors.Invalid("statuses", "must hold failing, degraded, unknown or silent.");

    /// <exception cref="ApiError">They are too many, or one is too long.</exception>
    public static List<string> Conditions(RepeatedField<string> given) =>
        given.Count <= MostConditions && given.All(c => c.Length is > 0 and <= ConditionLength && c.All(char.IsAsciiLetterOrDigit))
            ? [.. given.Distinct(StringComparer.Ordinal)]
            : throw Errors.Invalid("conditions",
                $"must hold at most {MostConditions} words of 1 to {ConditionLength} letters and digits, such as ImagePullBackOff.");

    /// <exception cref="ApiError">They are too many, or one is none.</exception>
    public static List<Guid> Ids(RepeatedField<string> given, string field, int most) =>
        given.Count <= most
            ? [.. given.Select(id => Requests.Uuid(id, field)).Distinct()]
            : throw Errors.Invalid(field, $"must hold at most {most} UUIDs.");

    /// <exception cref="ApiError">They are too many, or one is none.</exception>
    public static List<string> Names(RepeatedField<string> given, string field) =>
        given.Count <= MostIds
            ? [.. given.Select(name => Requests.Name(name, field)).Distinct(StringComparer.Ordinal)]
            : throw Errors.Invalid(field, $"must hold at most {MostIds} names.");
}
