using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Alerts;

/// <summary>The rules: what is told to whom; a form shows what it would tell now before it counts.</summary>
internal sealed class RulePages(AlertRuleStore rules, ReceiverStore receivers, AlertStore alerts)
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/alerts/rules", (string? rule, RulePages page, CancellationToken ct) => page.ShowAsync(rule ?? "", ct));
        pages.MapPost("/alerts/rules/preview", (HttpContext context, RulePages page) => page.PreviewAsync(context));
        var acts = pages.MapGroup("/alerts/rules").RequireAuthorization(Policies.Admin);
        acts.MapPost("/", (HttpContext context, RulePages page) => page.SaveAsync(context));
        acts.MapPost("/{id}/delete", (string id, HttpContext context, RulePages page) => page.DeleteAsync(id, context));
    }

    private async Task<IResult> ShowAsync(string id, CancellationToken ct)
    {
        var form = id.Length == 0 ? AlertRule.Of(Guid.Empty, "", new()).ToWire() : (await FindAsync(id, ct)).ToWire();
        return await ShowAsync(form, null, 0, "", ct);
    }

    private async Task<RazorComponentResult<RulesPage>> ShowAsync(
        Wire.AlertRule form, List<AlertLine>? preview, int total, string refusal, CancellationToken ct)
    {
        var all = await rules.ListAsync(new Page<NameKey>(Most, null), ct);
        var named = await receivers.ListAsync(new Page<NameKey>(Most, null), ct);
        return new(new
        {
            View = new RulesView([.. all.Select(r => r.ToWire())], [.. named.Select(r => ($"{r.Id}", r.Name))], form, preview, total,
                (await alerts.SampleAsync(ct)).Dead, refusal),
        })
        {
            StatusCode = refusal.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }

    private async Task<IResult> PreviewAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var given = new Wire.AlertRule();
        try
        {
            given = Of(form);
            var (rows, total) = await alerts.PreviewAsync(AlertRule.Of(Guid.Empty, "preview", given), ct);
            return await ShowAsync(given, rows.ConvertAll(r => new AlertLine(r.ToWire())), total, "", ct);
        }
        catch (ApiError e) when (e.HttpStatus == StatusCodes.Status400BadRequest)
        {
            return await ShowAsync(given, null, 0, e.Status.Detail, ct);
        }
    }

    /// <summary>Form: the fields of a rule, with <c>id</c> where one is changed.</summary>
    private async Task<IResult> SaveAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var given = new Wire.AlertRule();
        try
        {
            given = Of(form);
            var old = given.Id.Length == 0 ? null : await FindAsync(given.Id, ct);
            Provisioned.RequireOwn(old?.Provisioned == true);
            var rule = AlertRule.Of(old?.Id ?? Guid.Empty, Requests.Name(given.Name, "name"), given);
            var saved = old is null
                ? await rules.AddAsync(rule, given.Enabled, context.CallerActor(), ct)
                : await rules.ChangeAsync(rule, given.Enabled, context.CallerActor(), ct);
            return saved is null ? throw Errors.Invalid("name", "is taken by another rule.") : Forms.BackTo(AlertPaths.Rules);
        }
        catch (ApiError e) when (e.HttpStatus == StatusCodes.Status400BadRequest)
        {
            return await ShowAsync(given, null, 0, e.Status.Detail, ct);
        }
    }

    private async Task<IResult> DeleteAsync(string id, HttpContext context)
    {
        var row = await FindAsync(id, context.RequestAborted);
        Provisioned.RequireOwn(row.Provisioned);
        await rules.DeleteAsync(row.Id, context.CallerActor(), context.RequestAborted);
        return Forms.BackTo(AlertPaths.Rules);
    }

    private async Task<AlertRuleRow> FindAsync(string id, CancellationToken ct) =>
        await rules.FindAsync(Requests.Uuid(id, "id"), ct) ?? throw Errors.NotFound("alert rule", id);

    private static Wire.AlertRule Of(IFormCollection form)
    {
        var rule = new Wire.AlertRule
        {
            Id = form["id"].ToString(),
            Name = form["name"].ToString().Trim(),
            Statuses = { AlertForms.List(form, "statuses").Select(s => Forms.Word<Wire.AlertStatus.Types.Word>(s, "statuses")) },
            Conditions = { AlertForms.List(form, "conditions") },
            StackIds = { AlertForms.List(form, "stack_ids") },
            AgentIds = { AlertForms.List(form, "agent_ids") },
            ReceiverIds = { AlertForms.List(form, "receiver_ids") },
            GroupBy =
            Forms.Word<Wire.AlertGrouping.Types.Word>(form["group_by"].ToString() is { Length: > 0 } by ? by : "object", "group_by"),
            Enabled = form["enabled"].ToString() != "no",
        };
        foreach (var field in RuleNumbers.All.Select(n => Wire.AlertRule.Descriptor.FindFieldByName(n.Field)))
        {
            if (AlertForms.Number(form, field.Name) is { } number)
                field.Accessor.SetValue(rule, number);
        }

        return rule;
    }
}
