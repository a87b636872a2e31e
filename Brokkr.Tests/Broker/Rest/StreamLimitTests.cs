using Brokkr.Tests.Processes;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace Brokkr.Tests.Broker.Rest;

/// <summary>Whoever opens streams, with a key or without, holds few, and none for long.</summary>
public sealed class StreamLimitTests
{
    private const int AtOnce = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_stream_without_a_key_ends_by_itself()
    {
        await using var broker = await StartAsync(seconds: 1);
        using var patience = new CancellationTokenSource(Patience);
        using var watch = Watch(broker, patience.Token);

        await ReadAllAsync(watch, patience.Token);

        patience.IsCancellationRequested.Should().BeFalse("it ended before anybody lost patience");
    }

    [Fact]
    public async Task A_stream_with_a_key_ends_as_well()
    {
        await using var broker = await StartAsync(seconds: 1);
        using var patience = new CancellationTokenSource(Patience);
        var headers = new Metadata { { "authorization", $"Bearer {broker.AdminPak}" } };
        using var stream = new ServerReflection.ServerReflectionClient(broker.Grpc).ServerReflectionInfo(headers, cancellationToken: patience.Token);

        var read = async () => await stream.ResponseStream.MoveNext(patience.Token);

        await read.Should().ThrowAsync<RpcException>();
        patience.IsCancellationRequested.Should().BeFalse("it ended before anybody lost patience");
    }

    [Fact]
    public async Task An_address_without_a_key_holds_few_streams_and_gets_another_when_one_ends()
    {
        await using var broker = await StartAsync(seconds: 600);
        using var patience = new CancellationTokenSource(Patience);
        var held = new List<AsyncServerStreamingCall<HealthCheckResponse>>();
        for (var i = 0; i < AtOnce; i++)
        {
            held.Add(Watch(broker, patience.Token));
            (await held[i].ResponseStream.MoveNext(patience.Token)).Should().BeTrue();
        }

        using var another = GrpcChannel.ForAddress(broker.Urls[1]);
        var refused = async () => await new HealthClient(another).Watch(new(), cancellationToken: patience.Token).ResponseStream.MoveNext(patience.Token);
        (await refused.Should().ThrowAsync<RpcException>()).Which.StatusCode.Should().Be(StatusCode.ResourceExhausted);
        (await broker.RestAsync(HttpMethod.Get, "/api/v1/stacks", broker.AdminPak)).Status.Should().Be(200, "others are not concerned");

        held[0].Dispose();
        await Eventually.IsAsync("a place is free", async () =>
        {
            using var next = Watch(broker, patience.Token);
            try
            {
                return await next.ResponseStream.MoveNext(patience.Token);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                return false;
            }
        });
        held.ForEach(h => h.Dispose());
    }

    private static Task<BrokerFixture> StartAsync(int seconds) => BrokerFixture.StartAsync(o =>
        (o.Limits.RequestTimeoutSeconds, o.Limits.StreamsAtOnce) = (seconds, AtOnce));

    private static AsyncServerStreamingCall<HealthCheckResponse> Watch(BrokerFixture broker, CancellationToken ct) =>
        new HealthClient(broker.Grpc).Watch(new(), cancellationToken: ct);

    private static async Task ReadAllAsync(AsyncServerStreamingCall<HealthCheckResponse> watch, CancellationToken ct)
    {
        try
        {
            while (await watch.ResponseStream.MoveNext(ct))
            {
            }
        }
        catch (RpcException e) when (!ct.IsCancellationRequested && e.StatusCode is StatusCode.Cancelled or StatusCode.Internal or StatusCode.Unavailable)
        {
            // Broken off is ended, too.
        }
    }
}
