using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Brokkr.Broker.Alerts;

/// <summary>The part about rules.</summary>
internal sealed partial class AlertApi
{
    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.AlertRule> CreateAlertRule(Wire.CreateAlertRuleRequest request, ServerCallContext context)
    {
        var given = request.Rule ?? new();
        var rule = AlertRule.Of(Guid.Empty, Requests.Name(given.Name, "name"), given);
        var row = await rules.AddAsync(rule, !given.HasEnabled || given.Enabled, context.CallerActor(), context.CancellationToken)
            ?? throw RuleExists(rule.Name);
        return row.ToWire();
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListAlertRulesResponse> ListAlertRules(Wire.ListAlertRulesRequest request, ServerCallContext context)
    {
        var page = Page.Of<NameKey>(request.PageSize, request.PageToken);
        var rows = await rules.ListAsync(page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.Name)), Rules = { rows.Select(r => r.ToWire()) } };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.AlertRule> GetAlertRule(Wire.GetAlertRuleRequest request, ServerCallContext context) =>
        (await FindRuleAsync(request.Id, context)).ToWire();

    [Authorize(Policies.Admin)]
    public override async Task<Wire.AlertRule> UpdateAlertRule(Wire.UpdateAlertRuleRequest request, ServerCallContext context)
    {
        var row = await FindRuleAsync(request.Id, context);
        Provisioned.RequireOwn(row.Provisioned);
        var changed = row.ToWire();
        var given = request.Rule ?? new();
        if (request.UpdateMask is { Paths.Count: > 0 } mask)
        {
            if (!FieldMask.IsValid<Wire.AlertRule>(mask))
                throw Errors.Invalid("update_mask", "must name fields of a rule, such as hold_failing_seconds,receiver_ids.");
            mask.Merge(given, changed, new() { ReplaceRepeatedFields = true, ReplaceMessageFields = true, ReplacePrimitiveFields = true });
        }
        else
        {
            foreach (var field in Wire.AlertRule.Descriptor.Fields.InDeclarationOrder().Where(f => f.IsRepeated))
            {
                if (((System.Collections.IList)field.Accessor.GetValue(given)).Count > 0)
                    field.Accessor.Clear(changed);
            }

            changed.MergeFrom(given);
        }

        var rule = AlertRule.Of(row.Id, Requests.Name(changed.Name, "name"), changed);
        var saved = await rules.ChangeAsync(rule, !changed.HasEnabled || changed.Enabled, context.CallerActor(), context.CancellationToken)
            ?? throw RuleExists(rule.Name);
        return saved.ToWire();
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.DeleteAlertRuleResponse> DeleteAlertRule(Wire.DeleteAlertRuleRequest request, ServerCallContext context)
    {
        var row = await FindRuleAsync(request.Id, context);
        Provisioned.RequireOwn(row.Provisioned);
        return await rules.DeleteAsync(row.Id, context.CallerActor(), context.CancellationToken)
            ? new()
            : throw Errors.NotFound("alert rule", request.Id);
    }

    [Authorize(Policies.Reader)]
    public override async Task<Wire.PreviewAlertRuleResponse> PreviewAlertRule(Wire.PreviewAlertRuleRequest request,
        ServerCallContext context)
    {
        var (rows, total) =
            await alerts.PreviewAsync(AlertRule.Of(Guid.Empty, "preview", request.Rule ?? new()), context.CancellationToken);
        return new() { Total = total, Alerts = { rows.Select(r => r.ToWire()) } };
    }

    private async Task<AlertRuleRow> FindRuleAsync(string id, ServerCallContext context) =>
        await rules.FindAsync(Requests.Uuid(id, "id"), context.CancellationToken) ?? throw Errors.NotFound("alert rule", id);

    private static ApiError RuleExists(string name) =>
        Errors.AlreadyExists("alert_rule_exists", $"There is an alert rule named {name} already: choose another name.");
}
