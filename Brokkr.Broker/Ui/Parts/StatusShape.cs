using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Ui.Parts;

/// <summary>The shape and the colour of a status, each of which tells it without the other. Pure.</summary>
public static class StatusShape
{
    /// <summary>A status as the contracts spell it; <c>unknown</c> for one that they do not know.</summary>
    public static string WordOf(Wire.HealthStatus.Types.Word status) =>
        Enum.IsDefined(status) && status != Wire.HealthStatus.Types.Word.Unspecified ? status.Text() : "unknown";

    /// <summary>The CSS class that gives the colour; unknown for what is no status.</summary>
    public static string ClassOf(string status) => status is "failing" or "degraded" or "rolling_out" or "healthy"
        ? status.Replace('_', '-')
        : "unknown";

    /// <summary>The path of an SVG of 12 by 12: a cross, a triangle, an arrow, a ring, a disc.</summary>
    public static string PathOf(string status) => status switch
    {
        "failing" => "M3.2 1.5 6 4.3 8.8 1.5 10.5 3.2 7.7 6l2.8 2.8-1.7 1.700L6 7.700l-2.8 2.800L1.5 8.8 4.3 6 1.5 3.200Z",
        "degraded" => "M6 1.2 11.3 10.600H.7Z",
        "rolling_out" => "M6 1.500A4.5 4.5 0 1 0 10.5 6H8.600A2.6 2.6 0 1 1 6 3.400V5.400L9.4 2.6 6 0Z",
        "healthy" => "M6 1.500a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Z",
        _ => "M6 1.500a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm0 1.700a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.600Z",
    };
}
