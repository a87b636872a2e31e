using System.Threading.RateLimiting;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Ui.Parts;
using Brokkr.Broker.Ui.Shell;
using Brokkr.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.RateLimiting;

namespace Brokkr.Broker.Ui.Sessions;

/// <summary>Where people sign in with a key, and out.</summary>
internal static class SignInPages
{
    private const string Attempts = "console-sign-in";

    public static void Limit(RateLimiterOptions limiter, ConsoleOptions options) => limiter.AddPolicy(Attempts, context =>
        RateLimitPartition.GetTokenBucketLimiter(RateLimits.Network(context.Connection.RemoteIpAddress), _ => new()
        {
            TokenLimit = options.SignInsPerMinute,
            TokensPerPeriod = options.SignInsPerMinute,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
            QueueLimit = 0,
        }));

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(ConsolePaths.SignIn, Show).AllowAnonymous();
        app.MapPost(ConsolePaths.SignIn, SignInAsync).AllowAnonymous().RequireRateLimiting(Attempts);
        app.MapPost("/ui/sign-out", SignOutAsync).RequireAuthorization(Policies.Reader);
    }

    private static IResult Show(HttpContext context) =>
        context.User.PakId() is not null
            ? Forms.BackTo(context.Request.Query["return"])
            : Page(context.Request.Query["return"], refusal: "");

    private static async Task<IResult> SignInAsync(
        HttpContext context, PakVerifier verifier, ConsoleSessionStore sessions, Refusals refusals)
    {
        var form = await Forms.ReadAsync(context);
        var presented = form["pak"].ToString().Trim();
        var verified = await verifier.VerifyAsync(presented, context.RequestAborted);
        if (verified?.Principal is { } agent && agent.IsInRole(nameof(PakRole.Agent)))
        {
            refusals.NoteStranger(context, presented, RefusalMetrics.Forbidden);
            return Page(form["return"], "This is the key of an agent. The console takes the keys of people: admin or reader.");
        }

        if (verified is not null)
        {
            PakAuthentication.Accept(context, verified);
            if (await sessions.AddAsync(SessionCookie.Begin(context), context.CallerActor(), context.RequestAborted))
                return Forms.BackTo(form["return"]);
            SessionCookie.End(context);
        }

        refusals.NoteStranger(context, presented, presented.Length == 0 ? RefusalMetrics.Missing : RefusalMetrics.Invalid);
        return Page(form["return"], "This key is not valid: it is mistyped, unknown, expired or revoked.");
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, ConsoleSessionStore sessions)
    {
        if (SessionCookie.HashOf(context) is { } hash)
            await sessions.EndAsync(hash, context.CallerActor(), context.RequestAborted);
        SessionCookie.End(context);
        return Results.LocalRedirect(ConsolePaths.SignIn);
    }

    private static RazorComponentResult<SignInPage> Page(string? wanted, string refusal) =>
        new(new { View = new SignInView(ConsolePaths.Return(wanted), refusal) })
        {
            StatusCode = refusal.Length > 0
            ? StatusCodes.Status401Unauthorized
            : StatusCodes.Status200OK
        };
}
