using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
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
        var order = WordOf<Wire.HealthOrder.Types.Word>(query.Order, "order");
        var page = Page.Of<VerdictKey>(PageSize, query.After);
        if (page.After?.IsOf(order) == false)
            throw Errors.Invalid("after", "belongs to another order: begin with the first page.");
        var filter = HealthFilter.Of(new()
        {
            Status = { query.Statuses.Select(s => WordOf<Wire.HealthStatus.Types.Word>(s, "status")) },
            Condition = { query.Conditions },
            Text = query.Text,
        }) with
        {
            // A name that nothing has means nothing, and the page says which filter that is.
            StackId = query.Stack.Length == 0 ? null : (await stacks.FindByNameAsync(Requests.Text(query.Stack, "stack"), ct))?.Id ?? Guid.Empty,
            AgentId = query.Cluster.Length == 0 ? null
                : (await agents.FindByNameAsync(Requests.Text(query.Cluster, "cluster"), ct))?.Id ?? Guid.Empty,
        };
        var list = await fleet.ListAsync(filter, order, page, withFacets: true, ct);
        var next = page.Cut(list.Rows, r => VerdictKey.Of(r, order));
        return new(new
        {
            View = ObjectsView.Of(query, new()
            {
                DeploymentObjects = { list.Rows.Select(r => r.ToPlaced()) },
                Counts = list.Counts.ToWire(),
                Facets = list.Facets?.ToWire(),
                NextPageToken = next,
            }),
        });
    }

    private static T WordOf<T>(string text, string field) where T : struct, Enum
    {
        try
        {
            return Words.Parse<T>(text);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Errors.Invalid(field, "has no such word: choose one on the page.");
        }
    }
}
