using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Alerts;

/// <summary>The messages: what was sent to whom, what waits, and what was given up.</summary>
internal sealed class DeliveryPages(DeliveryStore deliveries, AlertStore alerts)
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/alerts/deliveries", (string? state, string? after, DeliveryPages page, CancellationToken ct) =>
            page.ShowAsync(state ?? "", after ?? "", "", ct));
        pages.MapPost("/alerts/deliveries/{id}/redeliver", (string id, HttpContext context, DeliveryPages page) =>
            page.RedeliverAsync(id, context))
            .RequireAuthorization(Policies.Admin);
    }

    private async Task<RazorComponentResult<DeliveriesPage>> ShowAsync(string state, string after, string refusal, CancellationToken ct)
    {
        var page = Page.Of<DeliveryKey>(PageSize, after);
        if (state.Length > 0)
            Forms.Word<Wire.AlertDeliveryState.Types.Word>(state, "state");
        var rows = await deliveries.ListAsync(null, state.Length > 0 ? state : null, page, ct);
        var next = page.Cut(rows, r => new(r.Number));
        return new(new
        {
            View = new DeliveriesView([.. rows.Select(r => r.ToWire())], state,
                Address.OfNext(AlertPaths.Deliveries, next, ("state", state)),
                (await alerts.SampleAsync(ct)).Dead, refusal),
        })
        {
            StatusCode = refusal.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }

    private async Task<IResult> RedeliverAsync(string id, HttpContext context)
    {
        var row = await deliveries.RedeliverAsync(Requests.Uuid(id, "id"), context.CallerActor(), context.RequestAborted)
            ?? throw Errors.NotFound("delivery", id);
        return row.State == "pending"
            ? Forms.BackTo(AlertPaths.Deliveries)
            : await ShowAsync("", "",
            "That message was not given up, or a newer one of its group went out: there is nothing to send again.",
                context.RequestAborted);
    }
}
