using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Broker.Ui.Parts;

/// <summary>Who looks anew, and who sees what another one just saw.</summary>
public sealed class SharedLookTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly List<TaskCompletionSource<int>> _looks = [];
    private readonly SharedLook<int> _look;

    public SharedLookTests() => _look = new(_ =>
    {
        _looks.Add(new());
        return _looks[^1].Task;
    }, _clock);

    [Fact]
    public async Task Pages_that_refresh_themselves_within_a_second_share_one_look()
    {
        var asked = Enumerable.Range(0, 50).Select(_ => _look.GetAsync(Refresh())).ToList();
        _looks.Should().ContainSingle();
        _looks[0].SetResult(7);
        (await Task.WhenAll(asked)).Should().AllBeEquivalentTo(7);

        _clock.Advance(TimeSpan.FromSeconds(0.9));
        (await _look.GetAsync(Refresh())).Should().Be(7);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        var later = _look.GetAsync(Refresh());
        _looks[1].SetResult(8);
        (await later).Should().Be(8);
    }

    [Fact]
    public async Task Whoever_opens_a_page_sees_what_was_just_done()
    {
        var before = _look.GetAsync(Refresh());
        _looks[0].SetResult(7);

        var opened = _look.GetAsync(new DefaultHttpContext());
        _looks[1].SetResult(8);

        (await before, await opened, await _look.GetAsync(Refresh())).Should().Be((7, 8, 8));
    }

    [Fact]
    public async Task A_look_that_failed_is_not_shared()
    {
        var failed = _look.GetAsync(Refresh());
        _looks[0].SetException(new TimeoutException());
        await failed.Invoking(f => f).Should().ThrowAsync<TimeoutException>();

        var next = _look.GetAsync(Refresh());
        _looks[1].SetResult(8);
        (await next).Should().Be(8);
    }

    [Fact]
    public async Task Who_leaves_takes_nothing_from_those_who_stay()
    {
        using var gone = new CancellationTokenSource();
        var left = Refresh();
        left.RequestAborted = gone.Token;
        var (leaving, staying) = (_look.GetAsync(left), _look.GetAsync(Refresh()));

        await gone.CancelAsync();
        _looks[0].SetResult(7);

        await leaving.Invoking(l => l).Should().ThrowAsync<OperationCanceledException>();
        (await staying).Should().Be(7);
    }

    private static DefaultHttpContext Refresh() => new() { Request = { Headers = { ["X-Brokkr-Refresh"] = "1" } } };
}
