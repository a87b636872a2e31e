using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;
using Kind = Brokkr.V1.AlertReceiverKind.Types.Word;

namespace Brokkr.Broker.Ui.Alerts;

/// <summary>The receivers: made, tried, switched off and on, given a new secret, deleted.</summary>
internal sealed class ReceiverPages(
    ReceiverStore receivers, ReceiverCheck check, Courier courier, SecretBox box, AlertStore alerts, TimeProvider clock)
{
    private const int PageSize = 100;

    private static readonly TimeSpan Overlap = TimeSpan.FromDays(1);

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/alerts/receivers", (string? after, ReceiverPages page, CancellationToken ct) =>
            page.ShowAsync(after ?? "", null, "", "", ct));
        var acts = pages.MapGroup("/alerts/receivers").RequireAuthorization(Policies.Admin);
        acts.MapPost("/", (HttpContext context, ReceiverPages page) => page.AddAsync(context));
        acts.MapPost("/{id}/test", (string id, HttpContext context, ReceiverPages page) => page.TestAsync(id, context));
        acts.MapPost("/{id}/rotate", (string id, HttpContext context, ReceiverPages page) => page.RotateAsync(id, context));
        acts.MapPost("/{id}/enable", (string id, HttpContext context, ReceiverPages page) => page.SwitchAsync(id, true, context));
        acts.MapPost("/{id}/disable", (string id, HttpContext context, ReceiverPages page) => page.SwitchAsync(id, false, context));
        acts.MapPost("/{id}/delete", (string id, HttpContext context, ReceiverPages page) => page.DeleteAsync(id, context));
    }

    private async Task<RazorComponentResult<ReceiversPage>> ShowAsync(
        string after, (string Name, string Secret)? made, string tried, string refusal, CancellationToken ct)
    {
        var page = Page.Of<NameKey>(PageSize, after);
        var rows = await receivers.ListAsync(page, ct);
        var next = page.Cut(rows, r => new(r.Name));
        return new(new
        {
            View = new ReceiversView([.. rows.Select(r => r.ToWire(box))], Address.OfNext(AlertPaths.Receivers, next), made, tried,
                (await alerts.SampleAsync(ct)).Dead, refusal),
        })
        {
            StatusCode = refusal.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }

    /// <summary>
    /// Form: <c>name</c>, <c>kind</c>, <c>url</c>, <c>secret</c>; for mail <c>host</c>, <c>port</c>, <c>username</c>, <c>from</c> and
    /// <c>to</c>.
    /// </summary>
    private async Task<IResult> AddAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        try
        {
            var name = Requests.Name(form["name"].ToString().Trim(), "name");
            var kind = Forms.Word<Kind>(form["kind"].ToString(), "kind");
            var secret = form["secret"].ToString().Trim();
            var content = check.Of(kind, form["url"].ToString().Trim(), secret, MailOf(kind, form));
            box.RequireKey();
            _ = await receivers.AddAsync(name, kind.Text(), content, context.CallerActor(), ct)
                ?? throw Errors.Invalid("name", "is taken by another receiver.");
            if (kind is not Kind.Webhook || secret.Length > 0)
                return Forms.BackTo(AlertPaths.Receivers);
            Forms.NeverPack(context);
            return await ShowAsync("", (name, content.Secrets.Secret), "", "", ct);
        }
        catch (ApiError e) when (e.HttpStatus is StatusCodes.Status400BadRequest or StatusCodes.Status409Conflict)
        {
            return await ShowAsync("", null, "", e.Status.Detail, ct);
        }
    }

    private async Task<IResult> TestAsync(string id, HttpContext context)
    {
        var row = await FindAsync(id, context.RequestAborted);
        var outcome = await courier.TestAsync(row, context.RequestAborted);
        return await ShowAsync("", null, outcome.Error is null ? $"{row.Name} took the test message." : "",
            outcome.Error is { } error ? $"{row.Name} did not take the test message. {error}" : "", context.RequestAborted);
    }

    private async Task<IResult> RotateAsync(string id, HttpContext context)
    {
        var row = await FindAsync(id, context.RequestAborted);
        Provisioned.RequireOwn(row.Provisioned);
        box.RequireKey();
        var secret = await receivers.RotateAsync(row, clock.GetUtcNow() + Overlap, context.CallerActor(), context.RequestAborted)
            ?? throw Errors.Precondition("no_signatures", "Only webhooks sign what they send, and only where their secret can be read.");
        Forms.NeverPack(context);
        return await ShowAsync("", (row.Name, secret), "", "", context.RequestAborted);
    }

    private async Task<IResult> SwitchAsync(string id, bool isOn, HttpContext context)
    {
        var row = await FindAsync(id, context.RequestAborted);
        Provisioned.RequireOwn(row.Provisioned);
        await receivers.ChangeAsync(row.Id, isOn, null, "update_alert_receiver", context.CallerActor(), context.RequestAborted);
        return Forms.BackTo(AlertPaths.Receivers);
    }

    private async Task<IResult> DeleteAsync(string id, HttpContext context)
    {
        var row = await FindAsync(id, context.RequestAborted);
        Provisioned.RequireOwn(row.Provisioned);
        await receivers.DeleteAsync(row.Id, context.CallerActor(), context.RequestAborted);
        return Forms.BackTo(AlertPaths.Receivers);
    }

    private async Task<ReceiverRow> FindAsync(string id, CancellationToken ct) =>
        await receivers.FindAsync(Requests.Uuid(id, "id"), ct) ?? throw Errors.NotFound("alert receiver", id);

    private static Wire.AlertMail? MailOf(Kind kind, IFormCollection form) => kind is not Kind.Email ? null : new()
    {
        Host = form["host"].ToString().Trim(),
        Port = AlertForms.Number(form, "port") ?? 0,
        Username = form["username"].ToString().Trim(),
        From = form["from"].ToString().Trim(),
        To = { AlertForms.List(form, "to") },
    };
}
