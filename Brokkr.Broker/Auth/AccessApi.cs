using System.Globalization;
using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Role = Brokkr.V1.PakRole.Types.Word;

namespace Brokkr.Broker.Auth;

/// <summary>The gRPC and JSON face of keys and the audit trail: checks the request, asks the stores, maps the answer.</summary>
internal sealed class AccessApi(IssuedPakStore paks, AuditStore audit, PakVerifier verifier) : Wire.AccessService.AccessServiceBase
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
        var row = await paks.AddAsync(pak, name, Requests.Moment(request.ExpiresAt, "expires_at"), context.CallerActor(), context.CancellationToken)
            ?? throw Errors.Invalid("expires_at", "must be in the future.");
        return new() { Key = row.ToWire(), Pak = pak.Reveal() };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.ListPaksResponse> ListPaks(Wire.ListPaksRequest request, ServerCallContext context)
    {
        var size = Requests.PageSize(request.PageSize, allByDefault: false);
        var (before, beforeId) = Requests.PageKeys(request.PageToken, 2) switch
        {
            [] => ((DateTimeOffset?)null, ""),
            [var at, var id] when DateTimeOffset.TryParseExact(at, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) => (time, id),
            _ => throw Requests.BadPageToken(),
        };
        var rows = await paks.ListAsync(before, beforeId, size + 1, context.CancellationToken);
        var shown = rows.Take(size).ToList();
        return new()
        {
            Paks = { shown.Select(r => r.ToWire()) },
            NextPageToken = rows.Count > size ? Requests.PageToken(shown[^1].CreatedAt.ToString("O", CultureInfo.InvariantCulture), shown[^1].Id) : "",
        };
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

    [Authorize(Policies.Admin)]
    public override async Task<Wire.ListAuditEventsResponse> ListAuditEvents(Wire.ListAuditEventsRequest request, ServerCallContext context)
    {
        var size = Requests.PageSize(request.PageSize, allByDefault: false);
        var (actor, action) = (Requests.Text(request.Actor, "actor"), Requests.Text(request.Action, "action"));
        var before = Requests.PageKeys(request.PageToken, 1) switch
        {
            [] => long.MaxValue,
            [var id] when long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) => parsed,
            _ => throw Requests.BadPageToken(),
        };
        var rows = await audit.ListAsync(actor, action, Requests.Moment(request.Since, "since"), before, size + 1, context.CancellationToken);
        var shown = rows.Take(size).ToList();
        return new()
        {
            AuditEvents = { shown.Select(r => r.ToWire()) },
            NextPageToken = rows.Count > size ? Requests.PageToken(shown[^1].Id.ToString(CultureInfo.InvariantCulture)) : "",
        };
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
