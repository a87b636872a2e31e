using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Brokkr.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Access;

/// <summary>The keys: who has one, a new one, another in its place, none any more.</summary>
internal sealed class KeysPages(PakStore paks, PakVerifier verifier, TimeProvider clock)
{
    private const string Path = "/ui/admin";

    private const int PageSize = 100;

    private static readonly TimeSpan Overlap = TimeSpan.FromHours(1);

    public static void Map(IEndpointRouteBuilder pages)
    {
        var keys = pages.MapGroup("/admin").RequireAuthorization(Policies.Admin);
        keys.MapGet("/", (string? after, KeysPages page, CancellationToken ct) => page.ShowAsync(after ?? "", null, "", ct));
        keys.MapPost("/keys", (HttpContext context, KeysPages page) => page.AddAsync(context));
        keys.MapPost("/keys/{id}/rotate", (string id, HttpContext context, KeysPages page) => page.RotateAsync(id, context));
        keys.MapPost("/keys/{id}/revoke", (string id, HttpContext context, KeysPages page) => page.RevokeAsync(id, context));
    }

    private async Task<RazorComponentResult<KeysPage>> ShowAsync(string after, MadeKey? made, string refusal, CancellationToken ct)
    {
        var page = Page.Of<PakKey>(PageSize, after);
        var rows = await paks.ListAsync(page, ct);
        var next = page.Cut(rows, r => new(r.CreatedAt, r.Id));
        return new(new
        {
            View = new KeysView(
                [.. rows.Select(KeyView.Of)], Address.OfNext(Path, next), made, refusal),
        })
        {
            StatusCode = refusal.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }

    /// <summary>Form: <c>name</c>, <c>role</c>, and <c>days</c> for which it is valid, empty for good.</summary>
    private async Task<IResult> AddAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        try
        {
            var name = Requests.Name(form["name"].ToString().Trim(), "name");
            var pak = Pak.Create(form["role"].ToString() switch
            {
                "admin" => PakRole.Admin,
                "reader" => PakRole.Reader,
                _ => throw Errors.Invalid("role", "must be admin or reader."),
            });
            var row = await paks.AddAsync(pak, name, ExpiryOf(form["days"].ToString()), context.CallerActor(), ct)
                ?? throw Errors.Invalid("days", "must lie ahead.");
            return await RevealAsync(context, new(row.Name, row.Role, pak.Reveal(), null));
        }
        catch (ApiError e) when (e.HttpStatus == StatusCodes.Status400BadRequest)
        {
            return await ShowAsync("", null, e.Status.Detail, ct);
        }
    }

    private async Task<IResult> RotateAsync(string id, HttpContext context)
    {
        var ct = context.RequestAborted;
        var old = await paks.FindAsync(Requests.PakId(id), ct) ?? throw Errors.NotFound("PAK", id);
        var successor = Pak.Create(PakWords.RoleOf(old.Role));
        var row = await paks.RotateAsync(old.Id, successor, Overlap, context.CallerActor(), ct)
            ?? throw Errors.Precondition("pak_not_in_force", "This key is revoked or expired: make another one.");
        verifier.Forget(old.Id);
        return await RevealAsync(context, new(row.Name, row.Role, successor.Reveal(), row.OldExpiresAt));
    }

    private async Task<IResult> RevokeAsync(string id, HttpContext context)
    {
        switch (await paks.RevokeAsync(Requests.PakId(id), context.CallerActor(), context.RequestAborted))
        {
            case Revocation.NotFound:
                throw Errors.NotFound("PAK", id);
            case Revocation.LastAdmin:
                return await ShowAsync("", null, "This is the last admin key in force: make another one first.", context.RequestAborted);
            default:
                verifier.Forget(id);
                return Forms.BackTo(Path);
        }
    }

    private Task<RazorComponentResult<KeysPage>> RevealAsync(HttpContext context, MadeKey made)
    {
        Forms.NeverPack(context);
        return ShowAsync("", made, "", context.RequestAborted);
    }

    private DateTimeOffset? ExpiryOf(string days) =>
        days.Length == 0 ? null
        : Forms.TryNumber(days, out var number) && number is >= 1 and <= 3650
            ? clock.GetUtcNow().AddDays(number)
        : throw Errors.Invalid("days", "must be between 1 and 3650.");
}
