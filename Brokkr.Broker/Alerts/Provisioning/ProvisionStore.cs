using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;
using Google.Protobuf;

namespace Brokkr.Broker.Alerts.Provisioning;

/// <summary>Makes receivers and rules what the configuration wants, in one transaction.</summary>
internal sealed class ProvisionStore(Func<BrokerDb> openDb, SecretBox box, TimeProvider clock)
{
    /// <summary>Brokers that start together do it one after another.</summary>
    private const string Lock = "SELECT pg_advisory_xact_lock(7420017)::text";

    private const string SaveReceiver = $"""
        WITH r AS (
            INSERT INTO alert_receivers (id, name, kind, settings, sealed, provisioned)
            VALUES (@id, @name, @kind, @settings::jsonb, @sealed, TRUE)
            ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, settings = excluded.settings, sealed = excluded.sealed,
                                             provisioned = TRUE, enabled = TRUE, problem = ''
            RETURNING id, name)
        {Actor.Audit}, 'provision_alert_receiver', id::text, name FROM r
        """;

    private const string SaveRule = $"""
        WITH r AS (
            INSERT INTO alert_rules (name, enabled, settings, provisioned) VALUES (@name, @enabled, @settings::jsonb, TRUE)
            ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled, settings = excluded.settings, provisioned = TRUE
             WHERE (alert_rules.enabled, alert_rules.settings, alert_rules.provisioned) IS DISTINCT
               FROM (excluded.enabled, excluded.settings, TRUE)
            RETURNING id, name)
        {Actor.Audit}, 'provision_alert_rule', id::text, name FROM r
        """;

    /// <summary>What left the configuration is switched off, and may be deleted from then on.</summary>
    private const string Leave = $"""
        WITH r AS (
            UPDATE alert_receivers SET enabled = FALSE, provisioned = FALSE, problem = 'It is in brokkr.toml no longer.'
             WHERE provisioned AND name <> ALL(@receivers::text[]) RETURNING id, name),
        u AS (
            UPDATE alert_rules SET enabled = FALSE, provisioned = FALSE
             WHERE provisioned AND name <> ALL(@rules::text[]) RETURNING id, name)
        {Actor.Audit}, 'leave_alert_configuration', id::text, name FROM (SELECT * FROM r UNION ALL SELECT * FROM u) gone
        """;

    private const string Resolve = """
        SELECT 'stack ' || name AS name, id FROM stacks WHERE name = ANY(@stacks::text[])
         UNION ALL SELECT 'agent ' || name, id FROM agents WHERE name = ANY(@agents::text[])
         UNION ALL SELECT 'receiver ' || name, id FROM alert_receivers WHERE name = ANY(@receivers::text[])
        """;

    /// <summary>Answers what rules name and nobody made yet, as in <c>stack shop</c>.</summary>
    /// <param name="wanted">What is to be there.</param>
    /// <param name="isStart">Whether the broker starts: then receivers that answered 410 are on again.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<List<string>> ApplyAsync(Provision wanted, bool isStart, CancellationToken ct)
    {
        await using var db = openDb();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.ListAsync<string>(Lock, new { }, ct);
        var standing = (await db.ListAsync<ReceiverRow>($"SELECT {ReceiverStore.Columns} FROM alert_receivers r", new { }, ct))
            .ToDictionary(r => r.Name);
        foreach (var receiver in wanted.Receivers)
            await SaveAsync(db, receiver, standing.GetValueOrDefault(receiver.Name), isStart, ct);
        await db.RunAsync(Leave, new
        {
            receivers = wanted.Receivers.Select(r => r.Name).ToArray(),
            rules = wanted.Rules.Select(r => r.Rule.Name).ToArray(),
            by = Actor.Broker.Values,
        }, ct);
        var missing = new List<string>();
        foreach (var rule in wanted.Rules)
            await SaveAsync(db, rule, missing, ct);
        await transaction.CommitAsync(ct);
        return missing;
    }

    private async Task SaveAsync(BrokerDb db, WantedReceiver wanted, ReceiverRow? standing, bool isStart, CancellationToken ct)
    {
        var (secrets, old) = (wanted.Content.Secrets, standing?.Open(box)?.Secrets);
        if (standing is { Provisioned: true } && (standing.Enabled || !isStart) && standing.Kind == wanted.Kind
            && standing.ToSettings().Equals(wanted.Content.Settings) && (old?.Url, old?.Secret) == (secrets.Url, secrets.Secret))
            return;
        // A secret that is rotated in the file signs beside the new one for a day.
        if (wanted.Kind == "webhook" && old is { Secret.Length: > 0 })
            secrets = old.Secret == secrets.Secret
                ? secrets with { OldSecret = old.OldSecret, OldUntil = old.OldUntil }
                : secrets with { OldSecret = old.Secret, OldUntil = clock.GetUtcNow() + TimeSpan.FromDays(1) };
        var id = standing?.Id ?? Guid.NewGuid();
        await db.RunAsync(SaveReceiver, new
        {
            id,
            name = wanted.Name,
            kind = wanted.Kind,
            settings = JsonFormatter.Default.Format(wanted.Content.Settings),
            @sealed = box.Seal(secrets.ToJson(), id),
            by = Actor.Broker.Values,
        }, ct);
    }

    private static async Task SaveAsync(BrokerDb db, WantedRule wanted, List<string> missing, CancellationToken ct)
    {
        var found = (await db.ListAsync<NamedRow>(Resolve, new
        {
            stacks = wanted.Stacks.ToArray(),
            agents = wanted.Agents.ToArray(),
            receivers = wanted.Receivers.ToArray(),
        }, ct)).ToDictionary(r => r.Name, r => r.Id);
        var rule = wanted.Rule with
        {
            StackIds = IdsOf("stack", wanted.Stacks),
            AgentIds = IdsOf("agent", wanted.Agents),
            ReceiverIds = IdsOf("receiver", wanted.Receivers),
        };
        await db.RunAsync(SaveRule,
            new { name = rule.Name, enabled = wanted.Enabled, settings = AlertRuleStore.SettingsOf(rule), by = Actor.Broker.Values }, ct);

        // An empty list would mean all; who is not there yet stands for nobody.
        List<Guid> IdsOf(string kind, IReadOnlyList<string> names)
        {
            missing.AddRange(names.Where(n => !found.ContainsKey($"{kind} {n}")).Select(n => $"{kind} {n}"));
            return [.. names.Select(n => found.GetValueOrDefault($"{kind} {n}")).Distinct()];
        }
    }

    /// <summary>A name, and whose it is.</summary>
    private sealed class NamedRow
    {
        public required string Name { get; set; }

        public required Guid Id { get; set; }
    }
}
