using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Kind = Brokkr.V1.AlertReceiverKind.Types.Word;

namespace Brokkr.Broker.Alerts;

/// <summary>The part about receivers.</summary>
internal sealed partial class AlertApi
{
    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.CreateAlertReceiverResponse> CreateAlertReceiver(Wire.CreateAlertReceiverRequest request,
        ServerCallContext context)
    {
        var name = Requests.Name(request.Name, "name");
        var content = check.Of(request.Kind, request.Url, request.Secret, request.Mail);
        box.RequireKey();
        var row = await receivers.AddAsync(name, request.Kind.Text(), content, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.AlreadyExists("alert_receiver_exists",
            $"There is an alert receiver named {name} already: choose another name.");
        var isMade = request.Kind is Kind.Webhook && request.Secret.Length == 0;
        return new() { Receiver = row.ToWire(box), Secret = isMade ? content.Secrets.Secret : "" };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListAlertReceiversResponse> ListAlertReceivers(Wire.ListAlertReceiversRequest request,
        ServerCallContext context)
    {
        var page = Page.Of<NameKey>(request.PageSize, request.PageToken);
        var rows = await receivers.ListAsync(page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.Name)), Receivers = { rows.Select(r => r.ToWire(box)) } };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.AlertReceiver> GetAlertReceiver(Wire.GetAlertReceiverRequest request, ServerCallContext context) =>
        (await FindReceiverAsync(request.Id, context)).ToWire(box);

    [Authorize(Policies.Admin)]
    public override async Task<Wire.AlertReceiver> UpdateAlertReceiver(Wire.UpdateAlertReceiverRequest request, ServerCallContext context)
    {
        var row = await FindReceiverAsync(request.Id, context);
        Provisioned.RequireOwn(row.Provisioned);
        ReceiverContent? content = null;
        if (request.Url.Length + request.Secret.Length > 0 || request.Mail is not null)
        {
            box.RequireKey();
            var old = row.Open(box);
            if (old is null && request.Url.Length == 0 && request.Mail is null)
                throw Errors.Precondition("secrets_unreadable", "What was kept of this receiver cannot be read: enter all of it anew.");
            var kind = row.ToWire(box).Kind;
            content = check.Of(kind, request.Url.Length > 0 ? request.Url : old?.Secrets.Url ?? "",
                request.Secret.Length > 0 ? request.Secret : old?.Secrets.Secret ?? "", request.Mail ?? old?.Mail);
            // A secret that was rotated lately goes on signing beside the new one.
            if (request.Secret.Length == 0 && old is not null)
                content = content with { Secrets = old.Secrets with { Url = content.Secrets.Url } };
        }

        return (await receivers.ChangeAsync(row.Id, request.HasEnabled ? request.Enabled : null, content, "update_alert_receiver",
            context.CallerActor(), context.CancellationToken) ?? throw Errors.NotFound("alert receiver", request.Id)).ToWire(box);
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.DeleteAlertReceiverResponse> DeleteAlertReceiver(Wire.DeleteAlertReceiverRequest request,
        ServerCallContext context)
    {
        var row = await FindReceiverAsync(request.Id, context);
        Provisioned.RequireOwn(row.Provisioned);
        return await receivers.DeleteAsync(row.Id, context.CallerActor(), context.CancellationToken)
            ? new()
            : throw Errors.NotFound("alert receiver", request.Id);
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.TestAlertReceiverResponse> TestAlertReceiver(Wire.TestAlertReceiverRequest request,
        ServerCallContext context)
    {
        var row = await FindReceiverAsync(request.Id, context);
        var began = clock.GetTimestamp();
        var outcome = await courier.TestAsync(row, context.CancellationToken);
        return new()
        {
            Delivered = outcome.Error is null,
            HttpStatus = row.Kind == "email" ? 0 : outcome.HttpStatus,
            Error = outcome.Error ?? "",
            Milliseconds = (int)clock.GetElapsedTime(began).TotalMilliseconds,
        };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.RotateAlertReceiverSecretResponse> RotateAlertReceiverSecret(
        Wire.RotateAlertReceiverSecretRequest request, ServerCallContext context)
    {
        const int day = 24 * 60;
        var overlap = AccessApi.Overlap(request.HasValidOldForMinutes ? request.ValidOldForMinutes : day);
        var row = await FindReceiverAsync(request.Id, context);
        Provisioned.RequireOwn(row.Provisioned);
        box.RequireKey();
        var until = clock.GetUtcNow() + overlap;
        var secret = await receivers.RotateAsync(row, until, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.Precondition("no_signatures", "Only webhooks sign what they send, and only where their secret can be read.");
        return new() { Secret = secret, OldExpiresAt = until.ToTimestamp() };
    }

    private async Task<ReceiverRow> FindReceiverAsync(string id, ServerCallContext context) =>
        await receivers.FindAsync(Requests.Uuid(id, "id"), context.CancellationToken) ?? throw Errors.NotFound("alert receiver", id);
}
