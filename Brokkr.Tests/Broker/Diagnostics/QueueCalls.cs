using System.Text.Json.Nodes;
using Brokkr.Broker.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Diagnostics;

/// <summary>The calls of the queue, as operators and agents make them over REST.</summary>
internal static class QueueCalls
{
    public const string EmptyResult = """{"pod_statuses":[],"events":[]}""";

    public static async Task<(string ObjectId, (string Id, string Pak) Agent)> GivenTargetAsync(this BrokerFixture broker)
    {
        var stack = await broker.GivenStackAsync();
        return (await broker.GivenObjectAsync(stack), await broker.GivenAgentAsync(stack));
    }

    public static async Task<string> RequestAsync(this BrokerFixture broker, string objectId)
    {
        var (status, body) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{objectId}/diagnostics", broker.AdminPak);
        status.Should().Be(202, body.ToJsonString());
        return body["request_id"]!.GetValue<string>();
    }

    public static Task<(int Status, JsonNode Body)> ReadAsync(this BrokerFixture broker, string id) =>
        broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{id}", broker.AdminPak);

    public static Task<(int Status, JsonNode Body)> ClaimAsync(this BrokerFixture broker, string id, string pak, string? key = null) =>
        broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{id}/claim", pak, key is null ? null : $$"""{"claim_key":"{{key}}"}""");

    public static Task<(int Status, JsonNode Body)> SubmitAsync(this BrokerFixture broker, string id, string pak, string json = EmptyResult) =>
        broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{id}/result", pak, json);

    public static Task<(int Status, JsonNode Body)> CancelAsync(this BrokerFixture broker, string id, string? json = null) =>
        broker.RestAsync(HttpMethod.Post, $"/api/v1/diagnostics/{id}/cancel", broker.AdminPak, json);

    public static Task<object?> SetAsync(this BrokerFixture broker, string id, string values) =>
        broker.SqlAsync($"UPDATE diagnostic_requests SET {values} WHERE id = '{id}'");

    public static Task<object?> EndLeaseAsync(this BrokerFixture broker, string id) => broker.SetAsync(id, "lease_expires_at = NOW() - INTERVAL '1 second'");

    public static Task<int> SweepAsync(this BrokerFixture broker) => broker.Services.GetRequiredService<DiagnosticStore>().SweepAsync(CancellationToken.None);

    public static string Text(this JsonNode body, string field) => body[field]!.GetValue<string>();
}
