using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Google.Protobuf;

namespace Brokkr.Broker.Alerts.Rules;

/// <summary>Reads and writes <c>alert_rules</c>, each change with its audit event.</summary>
internal sealed class AlertRuleStore(Func<BrokerDb> openDb)
{
    private const string Columns = "r.id, r.name, r.enabled, r.provisioned, r.settings::text AS settings";

    private const string Open = "(SELECT COUNT(*)::int FROM alerts a WHERE a.rule_id = r.id AND a.ended_at IS NULL) AS open";

    /// <summary>Whoever looks for alerts holds the rules meanwhile.</summary>
    private const string Hold = "SELECT id FROM alert_rules WHERE id = @id FOR UPDATE";

    /// <summary>What ends so is told like a recovery.</summary>
    private const string EndAlerts =
        "UPDATE alerts SET ended_at = NOW(), reason = 'removed' WHERE rule_id = @id AND ended_at IS NULL";

    /// <summary>Creates a rule; null where the name is taken.</summary>
    public async Task<AlertRuleRow?> AddAsync(AlertRule rule, bool enabled, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<AlertRuleRow>(
            $"""
             WITH r AS (
                 INSERT INTO alert_rules (name, enabled, settings) VALUES (@name, @enabled, @settings::jsonb)
                 ON CONFLICT (name) DO NOTHING RETURNING *),
                  audit AS ({Actor.Audit}, 'create_alert_rule', id::text, name FROM r)
             SELECT {Columns} FROM r
             """,
            new { name = rule.Name, enabled, settings = SettingsOf(rule), by = by.Values }, ct);
    }

    public async Task<AlertRuleRow?> FindAsync(Guid id, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<AlertRuleRow>($"SELECT {Columns}, {Open} FROM alert_rules r WHERE r.id = @id", new { id }, ct);
    }

    /// <summary>Lists rules by name, a page of them.</summary>
    public async Task<List<AlertRuleRow>> ListAsync(Page<NameKey> page, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.ListAsync<AlertRuleRow>(
            $"SELECT {Columns}, {Open} FROM alert_rules r WHERE r.name > @after ORDER BY r.name LIMIT @limit",
            new { after = page.After?.Name ?? "", limit = page.Fetch }, ct);
    }

    /// <summary>Puts a rule in the place of what it was; null where the name is taken.</summary>
    public async Task<AlertRuleRow?> ChangeAsync(AlertRule rule, bool enabled, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        return await db.FindAsync<AlertRuleRow>(
            $"""
             WITH r AS (
                 UPDATE alert_rules SET name = @name, enabled = @enabled, settings = @settings::jsonb
                  WHERE id = @id AND NOT EXISTS (SELECT FROM alert_rules o WHERE o.name = @name AND o.id <> @id) RETURNING *),
                  audit AS ({Actor.Audit}, 'update_alert_rule', id::text, name FROM r)
             SELECT {Columns}, {Open} FROM r
             """,
            new { id = rule.Id, name = rule.Name, enabled, settings = SettingsOf(rule), by = by.Values }, ct);
    }

    /// <summary>Deletes a rule and ends its alerts; false where there is none.</summary>
    public async Task<bool> DeleteAsync(Guid id, Actor by, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await db.FindValueAsync<Guid>(Hold, new { id }, ct) is null)
            return false;
        await db.RunAsync(EndAlerts, new { id }, ct);
        await db.RunAsync(
            $"""
             WITH gone AS (DELETE FROM alert_rules WHERE id = @id RETURNING id, name)
             {Actor.Audit}, 'delete_alert_rule', id::text, name FROM gone
             """,
            new { id, by = by.Values }, ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>A rule as it is kept.</summary>
    public static string SettingsOf(AlertRule rule)
    {
        var wire = rule.ToWire();
        wire.Id = wire.Name = "";
        return JsonFormatter.Default.Format(wire);
    }
}
