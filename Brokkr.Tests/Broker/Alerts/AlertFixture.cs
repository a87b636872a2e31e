using System.Text.Json.Nodes;
using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.DemoCluster.Demo;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>A broker whose passes and deliveries happen when a test says so, and a receiver that takes all of it.</summary>
public sealed class AlertFixture : IAsyncDisposable
{
    private readonly string _keys = Path.GetTempFileName();

    public BrokerFixture Broker { get; private set; } = null!;

    public Inbox Inbox { get; private set; } = null!;

    public string ReceiverId { get; private set; } = "";

    public string Secret { get; private set; } = "";

    /// <param name="rule">The fields in which the one rule differs from its defaults, as JSON.</param>
    /// <param name="connectionString">A database; null for one of the server that all tests have.</param>
    public static async Task<AlertFixture> StartAsync(
        string rule = """{"wait_seconds":0,"interval_seconds":0,"recover_seconds":0}""", string? connectionString = null)
    {
        var fixture = new AlertFixture();
        File.Delete(fixture._keys);
        SecretBox.Ensure(fixture._keys);
        // Passes over thousands of rows take as long as they take, however busy the machine is.
        var database = $"{connectionString ?? await PostgresServer.CreateDatabaseAsync()};Command Timeout=300";
        fixture.Broker = await BrokerFixture.StartAsync(o =>
        {
            (o.SecretsKeyFile, o.PublicUrl) = (fixture._keys, "https://brokkr.example.com");
            o.Alerts.Enabled = false;
            o.Alerts.AllowedNetworks = ["127.0.0.0/8"];
            o.Database.ConnectionString = database;
        });
        fixture.Inbox = await Inbox.OpenAsync();
        var made = await fixture.GivenReceiverAsync("inbox", $$"""{"name":"inbox","kind":"webhook","url":"{{fixture.Inbox.Url}}/hook"}""");
        (fixture.ReceiverId, fixture.Secret) = ((string)made["receiver"]!["id"]!, (string)made["secret"]!);
        await fixture.GivenRuleAsync(rule);
        return fixture;
    }

    public async Task<JsonNode> GivenReceiverAsync(string name, string json)
    {
        var (status, body) = await Broker.RestAsync(HttpMethod.Post, "/api/v1/alert-receivers", Broker.AdminPak, json);
        status.Should().Be(201, $"{name}: {body.ToJsonString()}");
        return body;
    }

    /// <summary>Changes the rule that exists from the start.</summary>
    public async Task GivenRuleAsync(string json)
    {
        var id = (string)(await Broker.RestAsync(HttpMethod.Get, "/api/v1/alert-rules", Broker.AdminPak)).Body["rules"]![0]!["id"]!;
        var (status, body) = await Broker.RestAsync(HttpMethod.Patch, $"/api/v1/alert-rules/{id}", Broker.AdminPak, $$"""{"rule":{{json}}}""");
        status.Should().Be(200, body.ToJsonString());
    }

    /// <summary>One more broker on the same database, which looks when it is told to, or by itself.</summary>
    public Task<BrokerFixture> AnotherBrokerAsync(bool looksByItself = false) => BrokerFixture.StartAsync(o =>
    {
        (o.Database.ConnectionString, o.SecretsKeyFile) = (Broker.Options.Database.ConnectionString, _keys);
        (o.Alerts.Enabled, o.Alerts.AllowedNetworks) = (looksByItself, ["127.0.0.0/8"]);
    });

    /// <summary>A broker in a process of its own on the same database, which looks and sends by itself.</summary>
    internal RunningProgram StartProcess() => RunningProgram.Start("brokkr-broker", [], new Dictionary<string, string>
    {
        ["BROKKR__BROKER__HTTP_PORT"] = $"{FreePort.Next()}",
        ["BROKKR__BROKER__GRPC_PORT"] = $"{FreePort.Next()}",
        ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{FreePort.Next()}",
        ["BROKKR__BROKER__ADMIN_PAK_FILE"] = $"{_keys}.pak",
        ["BROKKR__BROKER__DATABASE__CONNECTION_STRING"] = Broker.Options.Database.ConnectionString,
        ["BROKKR__BROKER__SECRETS_KEY_FILE"] = _keys,
        ["BROKKR__BROKER__ALERTS__ALLOWED_NETWORKS"] = "127.0.0.0/8",
    });

    /// <summary>A stack with a deployment object, and an agent that has it.</summary>
    public async Task<((string Id, string Pak) Agent, string Web)> GivenWebAsync()
    {
        var stack = await Broker.GivenStackAsync();
        var web = await Broker.GivenObjectAsync(stack);
        return (await Broker.GivenAgentAsync(stack), web);
    }

    /// <summary>The one open alert, of a deployment object <c>web</c> that fails; answers stack and agent.</summary>
    public async Task<(string Stack, string Agent)> GivenAlertAsync()
    {
        var (agent, web) = await GivenWebAsync();
        await Broker.ReportAsync(agent, web, "failing");
        await LookAsync();
        var alert = (await AlertsAsync()).Should().ContainSingle().Which!;
        return ((string)alert["stack_name"]!, (string)alert["agent_name"]!);
    }

    /// <summary>An agent with so many deployment objects that report a status.</summary>
    public async Task<string> GivenManyAsync(int count, string status)
    {
        var stack = await Broker.GivenStackAsync();
        var agent = (await Broker.GivenAgentAsync(stack)).Id;
        await Broker.SqlAsync($"""
            WITH many AS (INSERT INTO deployment_objects (stack_id, name, revision, yaml) SELECT '{stack}', 'many-' || i, 1, ''
                FROM generate_series(1, {count}) i RETURNING id, name)
            INSERT INTO placements (agent_id, deployment_object_id, stack_id, name, status, conditions)
            SELECT '{agent}', id, '{stack}', name, '{status}', ARRAY['CrashLoopBackOff'] FROM many;
            UPDATE agents SET last_seen_at = NOW() WHERE id = '{agent}'
            """);
        return agent;
    }

    /// <summary>As if so many minutes had passed since the last messages and tries.</summary>
    public Task LaterAsync(int minutes) => Broker.SqlAsync($"""
        UPDATE alert_groups SET told_at = told_at - INTERVAL '{minutes} minutes';
        UPDATE alert_deliveries SET created_at = created_at - INTERVAL '{minutes} minutes', next_at = next_at - INTERVAL '{minutes} minutes',
               retry_until = retry_until - INTERVAL '{minutes} minutes', claimed_until = claimed_until - INTERVAL '{minutes} minutes';
        UPDATE alert_receivers SET resume_at = resume_at - INTERVAL '{minutes} minutes';
        UPDATE alerts SET opened_at = opened_at - INTERVAL '{minutes} minutes', well_since = well_since - INTERVAL '{minutes} minutes';
        UPDATE placements SET since = since - INTERVAL '{minutes} minutes'
        """);

    /// <summary>A look at what is wrong, and everything sent that is due.</summary>
    public async Task PassAsync()
    {
        await LookAsync();
        await SendAsync();
    }

    /// <summary>A look alone: what is due is left unsent.</summary>
    public async Task LookAsync() => (await Broker.Services.GetRequiredService<WatchStore>().RunAsync(CancellationToken.None)).Should().BeTrue();

    public Task SendAsync() => Dispatcher.SendAsync(CancellationToken.None);

    public async Task<JsonArray> AlertsAsync(string query = "") =>
        (await Broker.RestAsync(HttpMethod.Get, $"/api/v1/alerts{query}", Broker.AdminPak)).Body["alerts"]!.AsArray();

    public async ValueTask DisposeAsync()
    {
        await Inbox.DisposeAsync();
        await Broker.DisposeAsync();
        File.Delete(_keys);
    }

    private Dispatcher Dispatcher => ActivatorUtilities.CreateInstance<Dispatcher>(Broker.Services);
}
