using System.Security.Claims;
using Brokkr.Broker.Auth;
using Brokkr.Contracts;
using Brokkr.Tests.Processes;
using Microsoft.AspNetCore.Http;

namespace Brokkr.Tests.Broker.Auth;

/// <summary>What requests hold in memory at once.</summary>
public sealed class BodiesInFlightTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private static readonly int Largest = BodiesInFlight.UnitsOf(Limits.RequestBytes);

    [Fact]
    public async Task A_key_has_room_for_one_of_the_largest_and_takes_none_of_the_others()
    {
        using var room = BodiesInFlight.CreateRoom();
        var (one, other) = (Call("one"), Call("other"));
        var first = room.AttemptAcquire(one, Largest);

        var second = room.AcquireAsync(one, 1).AsTask();

        first.IsAcquired.Should().BeTrue();
        second.IsCompleted.Should().BeFalse("the key's room is full");
        using (var lease = room.AttemptAcquire(other, Largest))
            lease.IsAcquired.Should().BeTrue();
        first.Dispose();
        using var late = await second.WaitAsync(TimeSpan.FromSeconds(30));
        late.IsAcquired.Should().BeTrue();
    }

    [Fact]
    public void All_keys_together_have_room_for_eight()
    {
        using var room = BodiesInFlight.CreateRoom();

        var leases = Enumerable.Range(0, 9).Select(i => room.AttemptAcquire(Call($"{i}"), Largest)).ToList();

        leases.Count(l => l.IsAcquired).Should().Be(8);
        leases.ForEach(l => l.Dispose());
    }

    /// <summary>A body that does not arrive keeps the second one of its key waiting, and nobody else's.</summary>
    [Fact]
    public async Task A_request_waits_for_the_one_before_it_and_is_answered_then()
    {
        var (first, second) = (await broker.GivenPakAsync("admin"), await broker.GivenPakAsync("admin"));
        var arrives = new TaskCompletionSource();
        var held = PostAsync(first.Pak, new LateContent(arrives.Task));

        await Eventually.IsAsync("the room of the key is taken", async () =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                await PostAsync(first.Pak, new LateContent(Task.CompletedTask), patience.Token);
                return false;
            }
            catch (OperationCanceledException)
            {
                return true;
            }
        });
        (await PostAsync(second.Pak, new LateContent(Task.CompletedTask))).Should().Be(400);
        held.IsCompleted.Should().BeFalse();
        arrives.SetResult();
        (await held.WaitAsync(TimeSpan.FromSeconds(30))).Should().Be(400);
    }

    private static HttpContext Call(string pak) =>
        new DefaultHttpContext { User = new(new ClaimsIdentity([new("pak_id", pak)], "test")) };

    private async Task<int> PostAsync(string pak, HttpContent content, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/stacks") { Content = content };
        request.Headers.Authorization = new("Bearer", pak);
        using var response = await broker.Http.SendAsync(request, ct);
        return (int)response.StatusCode;
    }

    /// <summary>A body of unknown length that ends when it may.</summary>
    private sealed class LateContent : HttpContent
    {
        private readonly Task _end;

        public LateContent(Task end)
        {
            _end = end;
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync("{"u8.ToArray());
            await stream.FlushAsync();
            await _end;
            await stream.WriteAsync("}"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
