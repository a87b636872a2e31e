namespace Brokkr.Tests.Broker.Health;

/// <summary>What a session and its numbers may hold.</summary>
public sealed class ReportInputTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Theory]
    [InlineData("""{"report_interval_seconds":0.5}""")]
    [InlineData("""{"report_interval_seconds":-1}""")]
    [InlineData("""{"report_interval_seconds":3601}""")]
    [InlineData("""{"agent_version":"01234567890123456789012345678901234567890123456789012345678901234"}""")]
    public async Task A_session_with_odd_values_is_refused(string body)
    {
        var agent = await broker.GivenAgentAsync();

        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/agents/{agent.Id}/sessions", agent.Pak, body)).Status.Should().Be(400);
    }

    [Theory]
    [InlineData("\"epoch\":1", "sequence")]
    [InlineData("\"sequence\":1", "epoch")]
    [InlineData("\"confirms_through\":1", "epoch")]
    [InlineData("\"epoch\":0,\"sequence\":1", "epoch")]
    [InlineData("\"epoch\":1,\"sequence\":0", "sequence")]
    [InlineData("\"epoch\":1,\"sequence\":1,\"confirms_through\":1", "confirms_through")]
    public async Task Half_a_number_is_refused_by_field(string numbers, string field)
    {
        var agent = await broker.GivenAgentAsync();

        var (status, error) = await broker.RestAsync(
            HttpMethod.Patch, $"/api/v1/agents/{agent.Id}/health-status", agent.Pak, $$"""{"deployment_objects":[],{{numbers}}}""");

        status.Should().Be(400);
        error["message"]!.GetValue<string>().Should().StartWith($"{field}:");
    }
}
