using Brokkr.Agent.Broker;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Broker;

/// <summary>How the agent behaves while the broker is away.</summary>
public class BrokerHealthTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly LogLines _log = new();
    private readonly BrokerHealth _health;

    public BrokerHealthTests() => _health = new(new() { BrokerUrl = "http://broker:8081" }, _clock, _log.For<BrokerHealth>());

    [Fact]
    public async Task An_outage_of_ten_minutes_costs_few_calls_at_moments_that_chance_decides_and_ends_within_half_a_minute()
    {
        var calls = new List<DateTimeOffset>();
        var isBack = false;
        using var stop = new CancellationTokenSource();
        var running = _health.RepeatAsync(TimeSpan.FromSeconds(2), async _ =>
        {
            calls.Add(_clock.GetUtcNow());
            await _health.NoteAsync(isBack ? Task.FromResult(1) : Task.FromException<int>(new RpcException(new(StatusCode.Unavailable, "down"))));
        }, stop.Token);

        await PassAsync(TimeSpan.FromMinutes(10));
        calls.Count.Should().BeInRange(20, 48);
        var pauses = calls.Zip(calls.Skip(1), (a, b) => b - a).ToList();
        pauses.Should().OnlyContain(pause => pause <= TimeSpan.FromSeconds(30.5));
        pauses.Skip(6).Distinct().Should().HaveCountGreaterThan(5, "nobody calls in step");
        isBack = true;
        var before = calls.Count;
        await PassAsync(TimeSpan.FromSeconds(31));
        calls.Count.Should().BeGreaterThan(before);
        _health.IsReachable.Should().BeTrue();
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);

        _log.All.Select(l => l.Text).Should().Equal(
            "The broker does not answer at http://broker:8081: Unavailable, down; trying again",
            "The broker does not answer at http://broker:8081: Unavailable, down; trying again",
            "The broker answers again");
        _health.Why.Should().BeNull();
    }

    [Fact]
    public async Task A_refused_key_is_said_once_as_an_error_even_after_an_outage()
    {
        await FailAsync(StatusCode.Unavailable);
        await FailAsync(StatusCode.Unauthenticated);
        await FailAsync(StatusCode.Unauthenticated);
        await _health.NoteAsync(Task.FromResult(1));

        _log.All.Select(l => l.Level).Should().Equal(LogLevel.Warning, LogLevel.Error, LogLevel.Information);
        _log.All[1].Text.Should().Contain("agent.agent_id and agent.pak");
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, false)]
    [InlineData(StatusCode.DeadlineExceeded, false)]
    [InlineData(StatusCode.PermissionDenied, false)]
    [InlineData(StatusCode.NotFound, true)]
    [InlineData(StatusCode.Aborted, true)]
    [InlineData(StatusCode.ResourceExhausted, true)]
    public async Task Only_who_answers_is_there(StatusCode status, bool isThere)
    {
        await FailAsync(status);

        _health.IsReachable.Should().Be(isThere);
        (_health.SinceReached is not null).Should().Be(isThere);
    }

    [Fact]
    public async Task A_call_that_the_broker_turns_down_again_and_again_is_said_once()
    {
        var passes = 0;
        using var stop = new CancellationTokenSource();
        var running = _health.RepeatAsync(
            TimeSpan.FromSeconds(2), _ => ++passes > 0
            ? _health.NoteAsync(Task.FromException<int>(new RpcException(new(StatusCode.Unimplemented, "no such\nmethod"))))
            : Task.CompletedTask, stop.Token);
        await PassAsync(TimeSpan.FromMinutes(1));
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);

        passes.Should().BeGreaterThan(2);
        _log.All.Should().ContainSingle().Which.Text.Should().StartWith("The broker answers a call with Unimplemented").And.NotContain("\n");
    }

    [Fact]
    public async Task A_call_that_is_cut_off_by_the_stop_ends_the_loop_in_silence()
    {
        using var stop = new CancellationTokenSource();

        await _health.RepeatAsync(
            TimeSpan.FromSeconds(2),
            async _ =>
            {
                await stop.CancelAsync();
                await _health.NoteAsync(Task.FromException<int>(new RpcException(new(StatusCode.Cancelled, ""))));
            },
            stop.Token);

        _log.All.Should().BeEmpty();
    }

    [Fact]
    public async Task A_pass_that_calls_nobody_says_nothing_of_the_broker()
    {
        await FailAsync(StatusCode.Unavailable);
        using var stop = new CancellationTokenSource();
        await _health.RepeatAsync(TimeSpan.FromSeconds(2), _ => stop.CancelAsync(), stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);

        _health.IsReachable.Should().BeFalse();
        _log.All.Should().ContainSingle();
    }

    private async Task FailAsync(StatusCode status) =>
        await _health.Invoking(h => h.NoteAsync(Task.FromException<int>(new RpcException(new(status, ""))))).Should().ThrowAsync<RpcException>();

    private async Task PassAsync(TimeSpan time)
    {
        for (var end = _clock.GetUtcNow() + time; _clock.GetUtcNow() < end; _clock.Advance(TimeSpan.FromMilliseconds(500)))
        {
            await Task.Yield();
            await Task.Delay(1);
        }
    }
}
