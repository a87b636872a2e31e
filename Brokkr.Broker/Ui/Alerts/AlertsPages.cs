using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Alerts;

/// <summary>Alerts: what is open, what ended, and who looks after it.</summary>
internal sealed class AlertsPages(AlertStore alerts)
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/alerts", (string? state, string? status, string? text, string? after, AlertsPages page, CancellationToken ct) =>
            page.ShowAsync(state ?? "", status ?? "", text?.Trim() ?? "", after ?? "", "", ct));
        pages.MapPost("/alerts/{id}/acknowledge", (string id, HttpContext context, AlertsPages page) => page.AcknowledgeAsync(id, context))
            .RequireAuthorization(Policies.Admin);
    }

    private async Task<RazorComponentResult<AlertsPage>> ShowAsync(
        string state, string status, string text, string after, string refusal, CancellationToken ct)
    {
        var page = Page.Of<AlertKey>(PageSize, after);
        if (status.Length > 0)
            Forms.Word<Wire.AlertStatus.Types.Word>(status, "status");
        var filter = new AlertFilter(
            state switch { "open" => true, "ended" => false, "" => null, _ => throw Errors.Invalid("state", "must be open or ended.") },
            status.Length > 0 ? status : null, null, null, Requests.Text(text, "text") is { Length: > 0 } some ? some : null);
        var rows = await alerts.ListAsync(filter, page, ct);
        var next = page.Cut(rows, r => new(r.EndedAt is null, r.OpenedAt, r.Id));
        var dead = (await alerts.SampleAsync(ct)).Dead;
        return new(new
        {
            View = new AlertsView([.. rows.Select(r => new AlertLine(r.ToWire()))], state, status, text,
                Address.OfNext(AlertPaths.Alerts, next, ("state", state), ("status", status), ("text", text)), dead, refusal),
        })
        {
            StatusCode = refusal.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }

    /// <summary>Form: <c>comment</c>.</summary>
    private async Task<IResult> AcknowledgeAsync(string id, HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var comment = Silence.Text(form["comment"].ToString().Trim(), "comment");
        var row = await alerts.AcknowledgeAsync(Requests.Uuid(id, "id"), comment, context.CallerActor(), ct)
            ?? throw Errors.NotFound("alert", id);
        return row.EndedAt is null
            ? Forms.BackTo(form["return"])
            : await ShowAsync("", "", "", "", "This alert ended: there is nothing to look after.", ct);
    }
}
