using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Role = Brokkr.V1.PakRole.Types.Word;

namespace Brokkr.Broker.Auth;

/// <summary>The gRPC and JSON face of keys and the audit trail: checks the request, asks the stores, maps the answer.</summary>
internal sealed class AccessApi(PakStore paks, AuditStore audit, PakVerifier verifier, Permissions permissions)
    : Wire.AccessService.AccessServiceBase
{
    [Answers(StatusCodes.Status201Created)]
    [Authorize(Policies.Admin)]
    public override async Task<Wire.CreatePakResponse> CreatePak(Wire.CreatePakRequest request, ServerCallContext context)
    {
        var name = Requests.Name(request.Name, "name");
        var pak = Pak.Create(request.Role switch
        {
            Role.Admin => PakRole.Admin,
            Role.Reader => PakRole.Reader,
            _ => throw Errors.Invalid("role", "must be \"admin\" or \"reader\"; agents get their PAK when they are created."),
        });
        var row = await paks.AddAsync(pak, name, Requests.Moment(request.ExpiresAt, "expires_at"), context.CallerActor(),
            context.CancellationToken)
            ?? throw Errors.Invalid("expires_at", "must be in the future, and at most ten years from now.");
        return new() { Key = row.ToWire(), Pak = pak.Reveal() };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.ListPaksResponse> ListPaks(Wire.ListPaksRequest request, ServerCallContext context)
    {
        var page = Page.Of<PakKey>(request.PageSize, request.PageToken);
        var rows = await paks.ListAsync(page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.CreatedAt, r.Id)), Paks = { rows.Select(r => r.ToWire()) } };
    }

    [Answers(StatusCodes.Status201Created)]
    [Authorize(Policies.Admin)]
    public override async Task<Wire.RotatePakResponse> RotatePak(Wire.RotatePakRequest request, ServerCallContext context)
    {
        var overlap = Overlap(request.HasValidOldForMinutes ? request.ValidOldForMinutes : null);
        var old = await paks.FindAsync(Requests.PakId(request.Id), context.CancellationToken) ?? throw Errors.NotFound("PAK", request.Id);
        var successor = Pak.Create(PakWords.RoleOf(old.Role));
        var row = await paks.RotateAsync(old.Id, successor, overlap, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.Precondition("pak_not_in_force", "This PAK is revoked or expired: create another one.");
        verifier.Forget(old.Id);
        return new() { Key = row.ToWire(), Pak = successor.Reveal(), OldExpiresAt = row.OldExpiresAt?.ToTimestamp() };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.RevokePakResponse> RevokePak(Wire.RevokePakRequest request, ServerCallContext context)
    {
        var id = Requests.PakId(request.Id);
        switch (await paks.RevokeAsync(id, context.CallerActor(), context.CancellationToken))
        {
            case Revocation.NotFound:
                throw Errors.NotFound("PAK", request.Id);
            case Revocation.LastAdmin:
                throw Errors.Precondition("last_admin_pak", "This is the last admin PAK in force: create another one first.");
            default:
                verifier.Forget(id);
                return new();
        }
    }

    [Authorize(Policies.Anyone)]
    public override async Task<Wire.Self> GetSelf(Wire.GetSelfRequest request, ServerCallContext context)
    {
        var key = await paks.FindAsync(context.CallerPakId(), context.CancellationToken)
            ?? throw Errors.Unauthenticated("The key is no longer known: use another one.");
        return new() { Key = key.ToWire(), May = { await permissions.OfAsync(PakWords.RoleOf(key.Role)) } };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.ListAuditEventsResponse> ListAuditEvents(Wire.ListAuditEventsRequest request, ServerCallContext context)
    {
        var page = Page.Of<AuditKey>(request.PageSize, request.PageToken);
        var (actor, action) = (Requests.Text(request.Actor, "actor"), Requests.Text(request.Action, "action"));
        var rows = await audit.ListAsync(actor, action, Requests.Moment(request.Since, "since"), page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.Id)), AuditEvents = { rows.Select(r => r.ToWire()) } };
    }

    /// <summary>How long an old key stays valid beside its successor. Pure.</summary>
    internal static TimeSpan Overlap(int? minutes)
    {
        const int byDefault = 60, week = 7 * 24 * 60;
        return (minutes ?? byDefault) is >= 0 and <= week and var given
            ? TimeSpan.FromMinutes(given)
            : throw Errors.Invalid("valid_old_for_minutes", $"must be between 0 and {week}.");
    }
}
