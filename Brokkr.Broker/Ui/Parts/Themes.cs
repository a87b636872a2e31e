namespace Brokkr.Broker.Ui.Parts;

/// <summary>Light, dark, or as the system says: kept in a cookie, so that a page is right from its first byte.</summary>
internal static class Themes
{
    public const string System = "system";

    private const string Cookie = "brokkr_theme";

    public static readonly IReadOnlyList<string> All = [System, "light", "dark"];

    public static string Of(HttpContext context) => All.FirstOrDefault(t => t == context.Request.Cookies[Cookie]) ?? System;

    /// <summary>Form: <c>theme</c>, one of <see cref="All"/>, and <c>return</c>.</summary>
    public static async Task<IResult> ChooseAsync(HttpContext context)
    {
        var form = await Forms.ReadAsync(context);
        if (All.Contains(form["theme"].ToString()))
        {
            context.Response.Cookies.Append(Cookie, form["theme"].ToString(), new()
            {
                Path = ConsolePaths.Root,
                HttpOnly = true,
                Secure = context.Request.IsHttps,
                SameSite = SameSiteMode.Lax,
                MaxAge = TimeSpan.FromDays(365),
                IsEssential = true,
            });
        }

        return Forms.BackTo(form["return"]);
    }
}
