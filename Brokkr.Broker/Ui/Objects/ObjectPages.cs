using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Rest;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>The page of one deployment object, by the names that stay while revisions come and go.</summary>
internal sealed class ObjectPages(
    DeploymentObjectStore objects, HealthStore health, ObjectHistoryStore history, DiagnosticStore diagnostics, TimeProvider clock)
{
    private const int MostChanges = 2000;

    private const int MostRevisions = 50;

    private const int MostDiagnostics = 20;

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet("/objects/{stack}/{name}", (string stack, string name, string? agent, ObjectPages page, CancellationToken ct) =>
            page.ShowAsync(stack, name, agent, ct));

    private async Task<RazorComponentResult<ObjectPage>> ShowAsync(string stack, string name, string? agent, CancellationToken ct)
    {
        var row = await objects.FindNewestAsync(Requests.Text(stack, "stack"), Requests.Text(name, "name"), ct)
            ?? throw Errors.NotFound("deployment object", name);
        var rolled = await RolledAsync(row.Id, "", ct) ?? throw Errors.NotFound("deployment object", name);
        var chosen = string.IsNullOrEmpty(agent)
            ? rolled.Agents.FirstOrDefault()
            : rolled.Agents.FirstOrDefault(a => a.AgentName == agent)
                ?? (await RolledAsync(row.Id, Requests.Text(agent, "agent"), ct))?.Agents.FirstOrDefault()
                ?? throw Errors.NotFound("cluster that runs it", agent);
        var record = new ObjectRecord(
            chosen is null
                ? []
                : await history.ListChangesAsync(row.StackId, row.Name, Guid.Parse(chosen.AgentId), RibbonDays.Days, MostChanges, ct),
            await objects.ListRevisionsAsync(row.StackId, row.Name, new(MostRevisions, null), ct),
            await diagnostics.ListAsync(row.Id, new(MostDiagnostics, null), ct));
        return new(new { View = ObjectView.Of(row, rolled, chosen, record, clock.GetUtcNow()) });
    }

    /// <summary>Of all agents, of which the worst are named; or of one, who may not be among them.</summary>
    private async Task<Wire.ListedHealth?> RolledAsync(Guid id, string agent, CancellationToken ct) =>
        await health.ReadObjectAsync(id, ct, agentName: agent) is { } verdicts ? HealthRollup.ByObject(verdicts).Single() : null;
}
