using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using State = Brokkr.V1.AlertState.Types.Word;

namespace Brokkr.Broker.Alerts;

/// <summary>The gRPC and JSON face of alerts: checks the request, asks the stores, maps the answer.</summary>
internal sealed partial class AlertApi(
    AlertStore alerts, AlertRuleStore rules, ReceiverStore receivers, ReceiverCheck check, AlertSilenceStore silences,
    DeliveryStore deliveries, Courier courier, SecretBox box, TimeProvider clock)
    : Wire.AlertService.AlertServiceBase
{
    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListAlertsResponse> ListAlerts(Wire.ListAlertsRequest request, ServerCallContext context)
    {
        var page = Page.Of<AlertKey>(request.PageSize, request.PageToken);
        var filter = new AlertFilter(
            request.State switch
            {
                State.Unspecified => null,
                State.Open => true,
                State.Ended => false,
                _ => throw Errors.Invalid("state", "must be open or ended."),
            },
            AlertMatch.Statuses([.. request.Status == default ? [] : new[] { request.Status }]) is [var status] ? status.Text() : null,
            Requests.UuidOrNull(request.StackId, "stack_id"), Requests.UuidOrNull(request.AgentId, "agent_id"),
            Requests.Text(request.Text, "text") is { Length: > 0 } text ? text : null);
        var rows = await alerts.ListAsync(filter, page, context.CancellationToken);
        var next = page.Cut(rows, r => new(r.EndedAt is null, r.OpenedAt, r.Id));
        return new() { NextPageToken = next, Alerts = { rows.Select(r => r.ToWire()) } };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.Alert> AcknowledgeAlert(Wire.AcknowledgeAlertRequest request, ServerCallContext context)
    {
        var comment = Silence.Text(request.Comment, "comment");
        var row = await alerts.AcknowledgeAsync(Requests.Uuid(request.Id, "id"), comment, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.NotFound("alert", request.Id);
        return row.EndedAt is null
            ? row.ToWire()
            : throw Errors.Precondition("alert_ended", "This alert ended: there is nothing to look after.");
    }

    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.AlertSilence> CreateAlertSilence(Wire.CreateAlertSilenceRequest request, ServerCallContext context)
    {
        var silence = Silence.Of(request.Silence ?? new(), clock.GetUtcNow());
        var row = await silences.AddAsync(silence, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.Precondition("too_many_silences", $"There are {AlertSilenceStore.Most} silences already: end some first.");
        return row.ToWire(clock.GetUtcNow());
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListAlertSilencesResponse> ListAlertSilences(Wire.ListAlertSilencesRequest request,
        ServerCallContext context)
    {
        var page = Page.Of<SilenceKey>(request.PageSize, request.PageToken);
        var rows = await silences.ListAsync(page, context.CancellationToken);
        var next = page.Cut(rows, r => new(r.CreatedAt, r.Id));
        return new() { NextPageToken = next, Silences = { rows.Select(r => r.ToWire(clock.GetUtcNow())) } };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.EndAlertSilenceResponse> EndAlertSilence(Wire.EndAlertSilenceRequest request,
        ServerCallContext context) =>
        await silences.EndAsync(Requests.Uuid(request.Id, "id"), context.CallerActor(), context.CancellationToken)
            ? new()
            : throw Errors.NotFound("silence", request.Id);

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListAlertDeliveriesResponse> ListAlertDeliveries(Wire.ListAlertDeliveriesRequest request,
        ServerCallContext context)
    {
        var page = Page.Of<DeliveryKey>(request.PageSize, request.PageToken);
        var state = request.State == default ? null
            : Enum.IsDefined(request.State) ? request.State.Text()
            : throw Errors.Invalid("state", "must be pending, delivered, replaced or dead.");
        var receiver = Requests.UuidOrNull(request.ReceiverId, "receiver_id");
        var rows = await deliveries.ListAsync(receiver, state, page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.Number)), Deliveries = { rows.Select(r => r.ToWire()) } };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.AlertDelivery> RedeliverAlert(Wire.RedeliverAlertRequest request, ServerCallContext context)
    {
        var row = await deliveries.RedeliverAsync(Requests.Uuid(request.Id, "id"), context.CallerActor(), context.CancellationToken)
            ?? throw Errors.NotFound("delivery", request.Id);
        return row.State == "pending"
            ? row.ToWire()
            : throw Errors.Precondition("delivery_not_dead",
                "This message was not given up, or a newer one of its group went out: there is nothing to send again.");
    }
}
