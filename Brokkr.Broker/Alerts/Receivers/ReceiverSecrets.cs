using System.Text.Json;

namespace Brokkr.Broker.Alerts.Receivers;

/// <summary>What is kept of a receiver only encrypted. Never logged, never answered.</summary>
/// <param name="Url">Where messages go; empty for mail.</param>
/// <param name="Secret">Secret, routing key, password or token, as the kind has it; empty for none.</param>
/// <param name="OldSecret">The secret before, while it still signs.</param>
/// <param name="OldUntil">Until when it does.</param>
internal sealed record ReceiverSecrets(string Url, string Secret, string? OldSecret = null, DateTimeOffset? OldUntil = null)
{
    public static ReceiverSecrets? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<ReceiverSecrets>(json);

    public string ToJson() => JsonSerializer.Serialize(this);

    public override string ToString() => nameof(ReceiverSecrets);
}
