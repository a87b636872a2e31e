using System.Globalization;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Brokkr.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using AgentOrder = Brokkr.V1.AgentOrder.Types.Word;
using HealthOrder = Brokkr.V1.HealthOrder.Types.Word;

namespace Brokkr.Broker.Ui.Clusters;

/// <summary>The clusters: all of them, one, and a new one.</summary>
internal sealed class ClusterPages(
    AgentStore agents, TargetStore targets, AgentFactStore facts, StackStore stacks, FleetHealthStore health, AgentAddress address)
{
    private const int PageSize = 100;

    private const int MostStacks = 500;

    public static void Map(IEndpointRouteBuilder pages)
    {
        var clusters = pages.MapGroup("/clusters");
        clusters.MapGet("/", (HttpContext context, ClusterPages page) => page.ListAsync(context));
        clusters.MapGet("/{name}", (string name, ClusterPages page, CancellationToken ct) => page.ShowAsync(name, ct));
        var acts = pages.MapGroup("/clusters").RequireAuthorization(Policies.Admin);
        acts.MapGet("/add", (ClusterPages page, CancellationToken ct) => page.AskAsync("", "", ct));
        acts.MapPost("/add", (HttpContext context, ClusterPages page) => page.AddAsync(context));
        acts.MapPost("/{name}/targets", (string name, HttpContext context, ClusterPages page) => page.TargetAsync(name, context));
        acts.MapPost("/{name}/confirm-deletion", (string name, HttpContext context, ClusterPages page) => page.ConfirmAsync(name, context));
    }

    private async Task<RazorComponentResult<ClustersPage>> ListAsync(HttpContext context)
    {
        var (query, ct) = (ClustersQuery.Of(context.Request.Query), context.RequestAborted);
        var order = Forms.Word<AgentOrder>(query.Order, "order");
        var page = Page.Of<AgentKey>(PageSize, query.After);
        if (page.After?.IsOf(order) == false)
            throw Forms.OtherOrder();
        var request = new Wire.ListAgentsRequest { Text = query.Text, OrderBy = order };
        if (query.State.Length > 0)
            request.State.Add(Forms.Word<Wire.AgentState.Types.Word>(query.State, "state"));
        var filter = AgentFilter.Of(request);
        var rows = await agents.ListAsync(filter, page, ct);
        var next = page.Cut(rows, r => AgentKey.Of(r, order));
        var counts = await agents.CountAsync(filter, ct);
        return new(new { View = ClustersView.Of(query, counts.ToWire(), rows.Select(r => r.ToWire()), next) });
    }

    private async Task<RazorComponentResult<ClusterPage>> ShowAsync(string name, CancellationToken ct) =>
        await ShowAsync(await FindAsync(name, ct), null, ct);

    private async Task<RazorComponentResult<ClusterPage>> ShowAsync(AgentRow agent, Installation? made, CancellationToken ct)
    {
        var run = await targets.ListAsync(agent.Id, "", MostStacks, ct);
        var list = await health.ListAsync(
            new() { AgentId = agent.Id, Order = HealthOrder.Severity }, new(ClusterView.Most, null), ct);
        return new(new { View = ClusterView.Of(agent, run, await StacksAsync(ct), list.Rows, made) });
    }

    private async Task<RazorComponentResult<AddClusterPage>> AskAsync(string name, string refusal, CancellationToken ct) =>
        new(new { View = new AddClusterView(name, [.. (await StacksAsync(ct)).Select(s => new StackChoice($"{s.Id}", s.Name))], refusal) })
        {
            StatusCode = refusal.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };

    /// <summary>Form: <c>name</c>, <c>mode</c>, and <c>stack_id</c> for each stack that it shall run.</summary>
    private async Task<IResult> AddAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var (name, mode) = (form["name"].ToString().Trim(), form["mode"].ToString() == "observe" ? "observe" : "apply");
        var pak = Pak.Create(PakRole.Agent);
        AgentRow added;
        try
        {
            var chosen = form["stack_id"].OfType<string>().Select(id => Requests.Uuid(id, "stack_id")).Distinct().ToList();
            added = await agents.AddAsync(Requests.Name(name, "name"), pak, context.CallerActor(), ct)
                ?? throw Errors.Invalid("name", $"There is a cluster named {name} already: choose another name.");
            foreach (var stackId in chosen)
                await targets.AddAsync(added.Id, stackId, context.CallerActor(), ct);
        }
        catch (ApiError e) when (e.HttpStatus == StatusCodes.Status400BadRequest)
        {
            return await AskAsync(name, e.Status.Detail, ct);
        }

        Forms.NeverPack(context);
        return await ShowAsync(await FindAsync(added.Name, ct), Installation.Of($"{added.Id}", mode, pak.Reveal(), address.Url), ct);
    }

    /// <summary>Form: <c>add</c> or <c>remove</c>, a stack that the cluster shall run from now on, or no longer.</summary>
    private async Task<IResult> TargetAsync(string name, HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var agent = await FindAsync(name, ct);
        if (form["add"].ToString() is { Length: > 0 } add)
            _ = await targets.AddAsync(agent.Id, Requests.Uuid(add, "add"), context.CallerActor(), ct)
                ?? throw Errors.NotFound("stack", add);
        if (form["remove"].ToString() is { Length: > 0 } remove)
            await targets.RemoveAsync(agent.Id, Requests.Uuid(remove, "remove"), context.CallerActor(), ct);
        return Forms.BackTo(Address.OfCluster(agent.Name));
    }

    /// <summary>Form: <c>number</c>, the target state for which a deletion that is held back was looked at.</summary>
    private async Task<IResult> ConfirmAsync(string name, HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var agent = await FindAsync(name, ct);
        if (!long.TryParse(form["number"], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw Errors.Invalid("number", "must be the number of a target state.");
        await facts.ConfirmDeletionAsync(agent.Id, number, context.CallerActor(), ct);
        return Forms.BackTo(Address.OfCluster(agent.Name));
    }

    private async Task<AgentRow> FindAsync(string name, CancellationToken ct) =>
        (await agents.ListAsync(new() { Name = Requests.Text(name, "name") }, new(1, null), ct)).FirstOrDefault()
        ?? throw Errors.NotFound("cluster", name);

    private Task<List<StackRow>> StacksAsync(CancellationToken ct) => stacks.ListAsync(new(), new(MostStacks, null), ct);
}
