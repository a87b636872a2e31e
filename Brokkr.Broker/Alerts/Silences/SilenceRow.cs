using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Broker.Alerts.Silences;

/// <summary>A row of <c>alert_silences</c>.</summary>
internal sealed class SilenceRow
{
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public required Guid Id { get; set; }

    /// <summary><see cref="Wire.AlertSilence"/> as JSON.</summary>
    public required string Settings { get; set; }

    public required DateTimeOffset StartsAt { get; set; }

    /// <summary>Null where only the hours of the week bound it.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    public required string CreatedBy { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public Wire.AlertSilence Parse() => Stored.Parse<Wire.AlertSilence>(Settings);

    /// <summary>Whether it holds at a moment.</summary>
    public bool IsActive(DateTimeOffset now) =>
        StartsAt <= now && (EndsAt is null || now < EndsAt) && (Parse().Weekly is not { } weekly || Weekly.Of(weekly).Covers(now));

    public Wire.AlertSilence ToWire(DateTimeOffset now)
    {
        var silence = Parse();
        (silence.Id, silence.CreatedBy, silence.CreatedAt) = (Id.ToString(), CreatedBy, CreatedAt.ToTimestamp());
        (silence.StartsAt, silence.EndsAt, silence.Active) = (StartsAt.ToTimestamp(), EndsAt?.ToTimestamp(), IsActive(now));
        return silence;
    }
}
