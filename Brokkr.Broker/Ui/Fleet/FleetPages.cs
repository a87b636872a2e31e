using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Microsoft.AspNetCore.Http.HttpResults;
using Order = Brokkr.V1.AgentOrder.Types.Word;
using State = Brokkr.V1.AgentState.Types.Word;
using Word = Brokkr.V1.HealthStatus.Types.Word;

namespace Brokkr.Broker.Ui.Fleet;

/// <summary>The console's first page.</summary>
internal sealed class FleetPages(FleetStore fleet, GroupStore groups, ChangeStore changes, AgentStore agents, TimeProvider clock)
{
    private const int MostGroups = 100;

    private const int MostSilent = 50;

    private const int MostChanges = 50;

    private static readonly AgentFilter Unheard = new() { States = [State.Silent, State.Never], Order = Order.LastSeenAt };

    private static readonly HealthFilter IsWrong = new() { Statuses = [Word.Failing, Word.Degraded, Word.Unknown] };

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet("/", (FleetPages page, CancellationToken ct) => page.ShowAsync(ct));

    private async Task<RazorComponentResult<FleetPage>> ShowAsync(CancellationToken ct)
    {
        var sample = await fleet.ReadAsync(ct);
        var heard = await agents.CountAsync(new(), ct);
        var wrong = sample.Failing + sample.Degraded + sample.Unknown == 0
            ? []
            : await groups.ListAsync(IsWrong, new(MostGroups, null), ct);
        var silent = heard.Silent + heard.Never == 0 ? [] : await agents.ListAsync(Unheard, new(MostSilent, null), ct);
        var changed = await changes.ListAsync(new(), new(MostChanges, null), ct);
        return new(new
        {
            View = FleetView.Of(
                new() { Failing = sample.Failing, Degraded = sample.Degraded, Unknown = sample.Unknown, Healthy = sample.Healthy },
                heard.ToWire(), wrong.Take(MostGroups).Select(w => w.Group.ToWire(w.Example)),
                silent.Take(MostSilent).Select(a => a.ToWire()),
                [.. changed.Take(MostChanges).Select(c => c.ToChange())], clock.GetUtcNow()),
        });
    }
}
