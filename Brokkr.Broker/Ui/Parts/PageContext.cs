using Brokkr.Broker.Auth;

namespace Brokkr.Broker.Ui.Parts;

/// <summary>What every part of a page may need to know of the request that it answers; handed down by <see cref="Shell"/>.</summary>
/// <param name="Now">When the page was made.</param>
/// <param name="Path">Path and query: where forms return to.</param>
/// <param name="Theme">One of <see cref="Themes.All"/>.</param>
/// <param name="Visitor">Name of the key of whoever is signed in; null where nobody is.</param>
/// <param name="Role"><c>admin</c> or <c>reader</c>; empty where nobody is signed in.</param>
public sealed record PageContext(DateTimeOffset Now, string Path, string Theme, string? Visitor, string Role)
{
    public bool IsAdmin => Role == "admin";

    /// <summary>Why somebody may not do what takes an admin; null where they may.</summary>
    public string? AdminsOnly => IsAdmin ? null : "This takes the key of an admin; yours is a reader's.";

    internal static PageContext Of(HttpContext context, DateTimeOffset now) => new(
        now, $"{context.Request.Path}{context.Request.QueryString}", Themes.Of(context),
        context.User.PakId() is null ? null : context.User.Identity?.Name ?? "", Caller.RoleOf(context.User));
}
