using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Objects;

/// <summary>The list of deployment objects.</summary>
internal sealed class ObjectsPages(FleetHealthStore fleet, StackStore stacks, AgentStore agents)
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder pages) =>
        pages.MapGet("/objects", (HttpContext context, ObjectsPages page) => page.ShowAsync(context));

    private async Task<RazorComponentResult<ObjectsPage>> ShowAsync(HttpContext context)
    {
        var (query, ct) = (ObjectsQuery.Of(context.Request.Query), context.RequestAborted);
        var order = Forms.Word<Wire.HealthOrder.Types.Word>(query.Order, "order");
        var page = Page.Of<VerdictKey>(PageSize, query.After);
        if (page.After?.IsOf(order) == false)
            throw Forms.OtherOrder();
        var filter = HealthFilter.Of(new Wire.ListHealthRequest
        {
            Status = { query.Statuses.Select(s => Forms.Word<Wire.HealthStatus.Types.Word>(s, "status")) },
            Condition = { query.Conditions },
            Text = query.Text,
            OrderBy = order,
            WithFacets = true,
        }) with
        {
            // A name that nothing has means nothing, and the page says which filter that is.
            StackId = query.Stack.Length == 0 ? null : await StackAsync(query.Stack, ct),
            AgentId = query.Cluster.Length == 0 ? null : await AgentAsync(query.Cluster, ct),
        };
        var list = await fleet.ListAsync(filter, page, ct);
        var next = page.Cut(list.Rows, r => VerdictKey.Of(r, order));
        return new(new
        {
            View = ObjectsView.Of(query, new()
            {
                DeploymentObjects = { list.Rows.Select(r => r.ToPlaced()) },
                Counts = list.Counts.ToWire(),
                CountsAtLeast = list.Counts.IsAtLeast,
                Facets = list.Facets?.ToWire(),
                NextPageToken = next,
            }),
        });
    }

    private async Task<Guid> StackAsync(string name, CancellationToken ct) =>
        (await stacks.ListAsync(new() { Name = Requests.Text(name, "stack") }, new(1, null), ct)).FirstOrDefault()?.Id
        ?? Guid.Empty;

    private async Task<Guid> AgentAsync(string name, CancellationToken ct) =>
        (await agents.ListAsync(new() { Name = Requests.Text(name, "cluster") }, new(1, null), ct)).FirstOrDefault()?.Id
        ?? Guid.Empty;
}
