using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Storage;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Kind = Brokkr.V1.AlertReceiverKind.Types.Word;

namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>A row of <c>alert_receivers</c>.</summary>
internal sealed class ReceiverRow
{
    /// <summary>Why nothing is sent to a receiver whose secrets nobody can read.</summary>
    public const string NoKey =
        "The key that encrypted its secrets is not in broker.secrets_key_file: bring the key back, or enter them anew.";

    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public required Guid Id { get; set; }

    public required string Name { get; set; }

    public required string Kind { get; set; }

    public required bool Enabled { get; set; }

    public required string Problem { get; set; }

    public required bool Provisioned { get; set; }

    /// <summary><see cref="Wire.AlertReceiver"/> as JSON: host and mail only.</summary>
    public required string Settings { get; set; }

    public required byte[] Sealed { get; set; }

    public required DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? DeliveredAt { get; set; }

    public required string LastError { get; set; }

    public int Pending { get; set; }

    public int Dead { get; set; }

    /// <summary>With its secrets; null where the key for them is not here.</summary>
    public Receiver? Open(SecretBox box) => ReceiverSecrets.Parse(box.Unseal(Sealed, Id)) is { } secrets
        ? new(Id, Name, Words.Parse<Kind>(Kind), ToSettings().Mail, secrets)
        : null;

    /// <summary>What everyone may see of where it leads.</summary>
    public Wire.AlertReceiver ToSettings() => Stored.Parse<Wire.AlertReceiver>(Settings);

    public Wire.AlertReceiver ToWire(SecretBox box)
    {
        var receiver = ToSettings();
        (receiver.Id, receiver.Name, receiver.Kind) = (Id.ToString(), Name, Words.Parse<Kind>(Kind));
        (receiver.Enabled, receiver.Provisioned) = (Enabled, Provisioned);
        receiver.Problem = Problem.Length == 0 && box.Unseal(Sealed, Id) is null ? NoKey : Problem;
        (receiver.CreatedAt, receiver.DeliveredAt) = (CreatedAt.ToTimestamp(), DeliveredAt?.ToTimestamp());
        (receiver.Pending, receiver.Dead, receiver.LastError) = (Pending, Dead, LastError);
        return receiver;
    }
}
