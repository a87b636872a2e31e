using Brokkr.Contracts;
using Google.Rpc;
using Grpc.Core;

namespace Brokkr.Tests.Broker.Auth;

public sealed class RateLimitTests
{
    [Fact]
    public async Task A_key_that_asks_too_often_is_told_when_to_come_back_and_others_are_not_slowed_down()
    {
        await using var broker = await BrokerFixture.StartAsync(o => (o.Limits.PakBurst, o.Limits.PakRequestsPerSecond) = (20, 1));
        var (busy, calm) = (await broker.GivenPakAsync("reader"), await broker.GivenPakAsync("reader"));

        using var refused = await RefusalAsync(broker, busy.Pak);
        ((int)refused.StatusCode).Should().Be(429);
        refused.Headers.RetryAfter!.Delta.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThan(TimeSpan.FromMinutes(1));
        (await refused.Content.ReadAsStringAsync()).Should().Contain("\"rate_limited\"");

        var call = async () =>
        {
            for (var i = 0; i < 200; i++)
                await new Wire.StackService.StackServiceClient(broker.Grpc).ListStacksAsync(new(), BrokerFixture.As(busy.Pak));
        };
        var error = (await call.Should().ThrowAsync<RpcException>()).Which;
        error.StatusCode.Should().Be(StatusCode.ResourceExhausted);
        error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason.Should().Be("rate_limited");
        error.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan().Should().BeGreaterThan(TimeSpan.Zero);
        (await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", calm.Pak)).Status.Should().Be(200);
    }

    [Fact]
    public async Task An_address_that_guesses_is_slowed_down_and_who_holds_a_key_behind_it_is_not()
    {
        await using var broker = await BrokerFixture.StartAsync(o => (o.Limits.AddressBurst, o.Limits.AddressRequestsPerSecond) = (20, 1));
        var agent = await broker.GivenAgentAsync();

        using var refused = await RefusalAsync(broker, Pak.Create(PakRole.Agent).Reveal());

        ((int)refused.StatusCode).Should().Be(429);
        using var anonymous = await RefusalAsync(broker, null);
        ((int)anonymous.StatusCode).Should().Be(429);
        for (var i = 0; i < 50; i++)
            (await broker.RestAsync(HttpMethod.Get, $"/api/v1/agents/{agent.Id}/target-state", agent.Pak)).Status.Should().Be(200);
        using var management = new HttpClient { BaseAddress = broker.Urls[2] };
        for (var i = 0; i < 50; i++)
            (await management.GetAsync("/healthz")).IsSuccessStatusCode.Should().BeTrue("probes are not counted");
    }

    private static async Task<HttpResponseMessage> RefusalAsync(BrokerFixture broker, string? pak)
    {
        for (var i = 0; i < 500; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stacks");
            if (pak is not null)
                request.Headers.Authorization = new("Bearer", pak);
            var response = await broker.Http.SendAsync(request);
            if ((int)response.StatusCode == 429)
                return response;
            response.Dispose();
        }

        throw new InvalidOperationException("It was never refused.");
    }
}
