using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;
using Order = Brokkr.V1.AgentOrder.Types.Word;
using State = Brokkr.V1.AgentState.Types.Word;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Ui.Fleet;

/// <summary>The console's first page.</summary>
internal sealed class FleetPages
{
    private const int MostGroups = 100;

    private const int MostSilent = 50;

    private const int MostChanges = 50;

    private static readonly AgentFilter Unheard = new() { States = [State.Silent, State.Never], Order = Order.LastSeenAt };

    private static readonly HealthFilter IsWrong = new() { Statuses = [Word.Failing, Word.Degraded, Word.Unknown] };

    private readonly FleetStore _fleet;
    private readonly GroupStore _groups;
    private readonly ChangeStore _changes;
    private readonly AgentStore _agents;
    private readonly TimeProvider _clock;
    private readonly SharedLook<FleetView> _view;

    public FleetPages(FleetStore fleet, GroupStore groups, ChangeStore changes, AgentStore agents, TimeProvider clock)
    {
        (_fleet, _groups, _changes, _agents, _clock) = (fleet, groups, changes, agents, clock);
        _view = new(LookAsync, clock);
    }

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet("/", (FleetPages page, HttpContext context) => page.ShowAsync(context));

    private async Task<RazorComponentResult<FleetPage>> ShowAsync(HttpContext context) => new(new { View = await _view.GetAsync(context) });

    private async Task<FleetView> LookAsync(CancellationToken ct)
    {
        var sample = await _fleet.ReadAsync(ct);
        var heard = await _agents.CountAsync(new(), ct);
        var wrong = sample.Failing + sample.Degraded + sample.Unknown == 0
            ? []
            : await _groups.ListAsync(IsWrong, new(MostGroups, null), ct);
        var silent = heard.Silent + heard.Never == 0 ? [] : await _agents.ListAsync(Unheard, new(MostSilent, null), ct);
        var changed = await _changes.ListAsync(new(), new(MostChanges, null), ct);
        return FleetView.Of(
            new() { Failing = sample.Failing, Degraded = sample.Degraded, Unknown = sample.Unknown, Healthy = sample.Healthy },
            heard.ToWire(), wrong.Take(MostGroups).Select(w => w.Group.ToWire(w.Example)),
            silent.Take(MostSilent).Select(a => a.ToWire()),
            [.. changed.Take(MostChanges).Select(c => c.ToChange())], _clock.GetUtcNow());
    }
}
