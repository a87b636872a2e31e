using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;

namespace Brokkr.Broker.Ui.Alerts;

/// <summary>Reads what forms of alerts send. Pure.</summary>
internal static class AlertForms
{
    /// <summary>Words of all fields of a name, parted by commas or spaces.</summary>
    public static string[] List(IFormCollection form, string field) =>
        [.. form[field].SelectMany(v => (v ?? "").Split([',', ' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>A whole number; null where the field is empty.</summary>
    /// <exception cref="ApiError">It is none.</exception>
    public static int? Number(IFormCollection form, string field) => form[field].ToString().Trim() is not { Length: > 0 } text ? null
        : Forms.TryNumber(text, out var number) ? number
        : throw Errors.Invalid(field, "must be a whole number.");
}
