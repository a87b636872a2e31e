using Google.Protobuf;

namespace Brokkr.Broker.Alerts.Rules;

/// <summary>A row of <c>alert_rules</c>.</summary>
internal sealed class AlertRuleRow
{
    private static readonly JsonParser Stored = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    public required Guid Id { get; set; }

    public required string Name { get; set; }

    public required bool Enabled { get; set; }

    public required bool Provisioned { get; set; }

    /// <summary><see cref="Wire.AlertRule"/> as JSON.</summary>
    public required string Settings { get; set; }

    /// <summary>How many alerts are open.</summary>
    public int Open { get; set; }

    public AlertRule ToRule() => AlertRule.Of(Id, Name, Parse());

    /// <summary>All of it, defaults included.</summary>
    public Wire.AlertRule ToWire()
    {
        var rule = ToRule().ToWire();
        (rule.Enabled, rule.Provisioned, rule.Open) = (Enabled, Provisioned, Open);
        return rule;
    }

    private Wire.AlertRule Parse() => Stored.Parse<Wire.AlertRule>(Settings);
}
