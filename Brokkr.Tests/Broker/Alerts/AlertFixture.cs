using System.Text.Json.Nodes;
using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Secrets;
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
    public static async Task<AlertFixture> StartAsync(string rule = """{"wait_seconds":0,"interval_seconds":0,"recover_seconds":0}""")
    {
        var fixture = new AlertFixture();
        File.Delete(fixture._keys);
        SecretBox.Ensure(fixture._keys);
        fixture.Broker = await BrokerFixture.StartAsync(o =>
        {
            (o.SecretsKeyFile, o.PublicUrl) = (fixture._keys, "https://brokkr.example.com");
            o.Alerts.Enabled = false;
            o.Alerts.AllowedNetworks = ["127.0.0.0/8"];
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

    /// <summary>One more broker on the same database, which looks when it is told to.</summary>
    public Task<BrokerFixture> AnotherBrokerAsync() => BrokerFixture.StartAsync(o =>
    {
        (o.Database.ConnectionString, o.SecretsKeyFile) = (Broker.Options.Database.ConnectionString, _keys);
        o.Alerts.Enabled = false;
    });

    /// <summary>A look at what is wrong, and everything sent that is due.</summary>
    public async Task PassAsync()
    {
        (await Broker.Services.GetRequiredService<AlertPass>().RunAsync(CancellationToken.None)).Should().BeTrue();
        await Dispatcher.SendAsync(CancellationToken.None);
    }

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
