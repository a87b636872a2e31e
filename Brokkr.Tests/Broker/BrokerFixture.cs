using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Brokkr.Broker;
using Brokkr.Broker.Alerts.Secrets;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Brokkr.Tests.Broker;

/// <summary>A whole broker on free ports of real Kestrel, over a real database of its own.</summary>
public sealed class BrokerFixture : IAsyncLifetime, IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-broker-").FullName;
    private WebApplication _app = null!;
    private int _names;

    /// <summary>Tests ask faster than operators do; those of the limits set their own.</summary>
    internal BrokerOptions Options { get; } = new()
    {
        HttpPort = 0,
        GrpcPort = 0,
        ManagementPort = 0,
        TlsPort = 0,
        Limits = { PakBurst = 10_000, AddressBurst = 10_000 },
        Console = { SignInsPerMinute = 10_000 },
        Alerts = { Enabled = false }
    };

    public IServiceProvider Services => _app.Services;

    /// <summary>REST, gRPC, management and, where it is configured, TLS.</summary>
    public IReadOnlyList<Uri> Urls { get; private set; } = [];

    public string AdminPak { get; private set; } = "";

    public HttpClient Http { get; private set; } = null!;

    public GrpcChannel Grpc { get; private set; } = null!;

    public NpgsqlDataSource Database => Services.GetRequiredService<NpgsqlDataSource>();

    public async Task InitializeAsync()
    {
        Options.AdminPakFile = Path.Combine(_directory, "admin.pak");
        if (Options.SecretsKeyFile.Length == 0)
        {
            Options.SecretsKeyFile = Path.Combine(_directory, "secrets.key");
            SecretBox.Ensure(Options.SecretsKeyFile);
        }

        if (Options.Database.ConnectionString.Length == 0)
            Options.Database.ConnectionString = await PostgresServer.CreateMigratedDatabaseAsync();
        _app = BrokerApp.Create(Options);
        await BrokerHost.PrepareAsync(Services, CancellationToken.None);
        await _app.StartAsync();
        Urls = [.. Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(a => new Uri(a.Replace("[::]", "localhost", StringComparison.Ordinal)))];
        Http = new() { BaseAddress = Urls[0] };
        Grpc = GrpcChannel.ForAddress(Urls[1]);
        AdminPak = File.Exists(Options.AdminPakFile) ? (await File.ReadAllTextAsync(Options.AdminPakFile)).Trim() : "";
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    /// <summary>A broker with other settings, on a database of its own.</summary>
    internal static async Task<BrokerFixture> StartAsync(Action<BrokerOptions> configure)
    {
        var broker = new BrokerFixture();
        configure(broker.Options);
        await broker.InitializeAsync();
        return broker;
    }

    /// <summary>One more broker on the same database.</summary>
    public async Task<BrokerFixture> AnotherBrokerAsync()
    {
        var another = new BrokerFixture();
        another.Options.Database = Options.Database;
        await another.InitializeAsync();
        return another;
    }

    public Task StopAsync() => _app.StopAsync();

    public async Task DisposeAsync()
    {
        Http.Dispose();
        Grpc.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    public static CallOptions As(string pak) => new(new Metadata { { "authorization", $"Bearer {pak}" } }, DateTime.UtcNow.AddSeconds(30));

    /// <summary>Calls REST and answers the status and the body, an empty object where there is none.</summary>
    public async Task<(int Status, JsonNode Body)> RestAsync(
        HttpMethod method, string path, string? pak, string? json = null, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (pak is not null)
            request.Headers.Authorization = new("Bearer", pak);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse(contentType));
        // As curl does with large bodies: the server may refuse before they are sent.
        request.Headers.ExpectContinue = json?.Length > 1024 * 1024;
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    public async Task<string> GivenStackAsync()
    {
        var (status, body) = await RestAsync(HttpMethod.Post, "/api/v1/stacks", AdminPak, $$"""{"name":"stack-{{Interlocked.Increment(ref _names)}}"}""");
        status.Should().Be(201, body.ToJsonString());
        return (string)body["id"]!;
    }

    public async Task<string> GivenObjectAsync(string stackId, string name = "web")
    {
        // The same manifests again would be no new revision.
        var yaml = $"apiVersion: v1\\nkind: ConfigMap\\nmetadata: {{name: settings, namespace: prod}}\\n# {Interlocked.Increment(ref _names)}\\n";
        var (status, body) = await RestAsync(
            HttpMethod.Post, $"/api/v1/stacks/{stackId}/deployment-objects", AdminPak, $$"""{"name":"{{name}}","yaml":"{{yaml}}"}""");
        status.Should().Be(201, body.ToJsonString());
        return (string)body["id"]!;
    }

    public async Task<(string Id, string Pak)> GivenAgentAsync(params string[] stackIds)
    {
        var (status, body) = await RestAsync(HttpMethod.Post, "/api/v1/agents", AdminPak, $$"""{"name":"agent-{{Interlocked.Increment(ref _names)}}"}""");
        status.Should().Be(201, body.ToJsonString());
        var id = (string)body["agent"]!["id"]!;
        foreach (var stackId in stackIds)
            (await RestAsync(HttpMethod.Post, $"/api/v1/agents/{id}/targets", AdminPak, $$"""{"stack_id":"{{stackId}}"}""")).Status.Should().Be(201);
        return (id, (string)body["pak"]!);
    }

    /// <summary>A key of an operator, made by the first admin.</summary>
    public async Task<(string Id, string Pak)> GivenPakAsync(string role, string? expiresAt = null)
    {
        var json = new JsonObject { ["name"] = $"{role}-{Interlocked.Increment(ref _names)}", ["role"] = role, ["expires_at"] = expiresAt };
        var (status, body) = await RestAsync(HttpMethod.Post, "/api/v1/paks", AdminPak, json.ToJsonString());
        status.Should().Be(201, body.ToJsonString());
        return ((string)body["key"]!["id"]!, (string)body["pak"]!);
    }

    public Task<(int Status, JsonNode Body)> ReportAsync((string Id, string Pak) agent, string objectId, string status,
        string checkedAt = "2026-01-15T10:30:00Z") =>
        RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak,
            $$$"""{"deployment_objects":[{"id":"{{{objectId}}}","status":"{{{status}}}","summary":"""
                + $$$"""{"pods_ready":0,"pods_total":1,"conditions":["CrashLoopBackOff"],"resources":[]},"checked_at":"{{{checkedAt}}}"}]}""");

    /// <summary>A report with a finding and a resource, of which one text is hostile.</summary>
    internal async Task ReportInFullAsync((string Id, string Pak) agent, string objectId)
    {
        var (status, body) = await RestAsync(HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, $$$"""
            {"deployment_objects":[{"id":"{{{objectId}}}","status":"failing","checked_at":"2026-01-15T10:30:00Z","summary":{
              "pods_ready":1,"pods_total":3,"conditions":["CrashLoopBackOff"],
              "resources":[{"kind":"Deployment","name":"web","namespace":"prod","ready":false,"message":"1 of 3 replicas are ready","status":"degraded"}],
              "findings":[{"condition":"CrashLoopBackOff","severity":"failing","kind":"Pod","name":"web-1","namespace":"prod","container":"app",
                "message":"<img src=x onerror=alert(1)>","exit_code":2,"restarts":7,"since":"2026-01-15T10:00:00Z"}]}}]}
            """);
        status.Should().Be(200, body.ToJsonString());
    }

    /// <summary>Puts the reports back by so many seconds that are stored for the placements of a condition, and with them their history.</summary>
    public Task AgeAsync(string where, int seconds) => SqlAsync($"""
        UPDATE health_transitions h SET at = at - INTERVAL '{seconds} seconds' FROM placements p
         WHERE {where} AND h.agent_id = p.agent_id AND h.deployment_object_id = p.deployment_object_id;
        UPDATE placements p SET received_at = received_at - INTERVAL '{seconds} seconds', since = since - INTERVAL '{seconds} seconds' WHERE {where};
        UPDATE agent_tallies t SET first_received_at = r.first, last_received_at = r.last
          FROM (SELECT agent_id, MIN(received_at) AS first, MAX(received_at) AS last FROM placements WHERE status IS NOT NULL GROUP BY agent_id) r
         WHERE t.agent_id = r.agent_id
        """);

    /// <summary>Runs SQL on the broker's database, to put time forward where only the database's clock counts.</summary>
    public async Task<object?> SqlAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
