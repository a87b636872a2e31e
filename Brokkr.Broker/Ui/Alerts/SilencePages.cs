using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Alerts;

/// <summary>Silences and maintenance windows: what is held back, made and ended.</summary>
internal sealed class SilencePages(AlertSilenceStore silences, AlertStore alerts, TimeProvider clock)
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/alerts/silences", (string? after, SilencePages page, CancellationToken ct) => page.ShowAsync(after ?? "", "", ct));
        var acts = pages.MapGroup("/alerts/silences").RequireAuthorization(Policies.Admin);
        acts.MapPost("/", (HttpContext context, SilencePages page) => page.AddAsync(context));
        acts.MapPost("/{id}/end", (string id, HttpContext context, SilencePages page) => page.EndAsync(id, context));
    }

    private async Task<RazorComponentResult<SilencesPage>> ShowAsync(string after, string refusal, CancellationToken ct)
    {
        var page = Page.Of<SilenceKey>(PageSize, after);
        var rows = await silences.ListAsync(page, ct);
        var next = page.Cut(rows, r => new(r.CreatedAt, r.Id));
        return new(new
        {
            View = new SilencesView([.. rows.Select(r => new SilenceLine(r.ToWire(clock.GetUtcNow())))],
                Address.OfNext(AlertPaths.Silences, next), (await alerts.SampleAsync(ct)).Dead, refusal),
        })
        {
            StatusCode = refusal.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }

    /// <summary>
    /// Form: <c>names</c>, <c>conditions</c>, <c>statuses</c>, <c>stack_ids</c>, <c>agent_ids</c>, <c>hours</c> or a window of the week as
    /// <c>days</c>, <c>start</c>, <c>minutes</c>, <c>time_zone</c>, and <c>comment</c>.
    /// </summary>
    private async Task<IResult> AddAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        try
        {
            var now = clock.GetUtcNow();
            var row = await silences.AddAsync(Silence.Of(Of(form, now), now), context.CallerActor(), ct)
                ?? throw Errors.Invalid("silence", $"is one too many: there are {AlertSilenceStore.Most} already, end some first.");
            return Forms.BackTo(form["return"].ToString() is { Length: > 0 } back ? back : $"{AlertPaths.Silences}#silence-{row.Id}");
        }
        catch (ApiError e) when (e.HttpStatus == StatusCodes.Status400BadRequest)
        {
            return await ShowAsync("", e.Status.Detail, ct);
        }
    }

    private async Task<IResult> EndAsync(string id, HttpContext context) =>
        await silences.EndAsync(Requests.Uuid(id, "id"), context.CallerActor(), context.RequestAborted)
            ? Forms.BackTo(AlertPaths.Silences)
            : throw Errors.NotFound("silence", id);

    private static Wire.AlertSilence Of(IFormCollection form, DateTimeOffset now)
    {
        var silence = new Wire.AlertSilence
        {
            Names = { AlertForms.List(form, "names") },
            Conditions = { AlertForms.List(form, "conditions") },
            Statuses = { AlertForms.List(form, "statuses").Select(s => Forms.Word<Wire.AlertStatus.Types.Word>(s, "statuses")) },
            StackIds = { AlertForms.List(form, "stack_ids") },
            AgentIds = { AlertForms.List(form, "agent_ids") },
            Comment = form["comment"].ToString().Trim(),
        };
        if (AlertForms.Number(form, "hours") is { } hours)
            silence.EndsAt = Timestamp.FromDateTimeOffset(now.AddHours(Math.Clamp(hours, 0, 87_660)));
        if (form["days"].Count > 0)
        {
            silence.Weekly = new()
            {
                Days = { form["days"].Select(d => Forms.TryNumber(d, out var day) ? day : 0) },
                Start = form["start"].ToString(),
                Minutes = AlertForms.Number(form, "minutes") ?? 0,
                TimeZone = form["time_zone"].ToString().Trim(),
            };
        }

        return silence;
    }
}
