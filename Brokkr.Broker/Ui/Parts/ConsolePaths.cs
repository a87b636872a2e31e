using Brokkr.Broker.Rest;

namespace Brokkr.Broker.Ui.Parts;

/// <summary>What lies where. Pure.</summary>
internal static class ConsolePaths
{
    public const string Root = "/ui";

    public const string SignIn = "/ui/sign-in";

    private const string Assets = "/ui/assets";

    /// <summary>Sent by a page that refreshes itself, which is no sign that somebody is there.</summary>
    private const string RefreshHeader = "X-Brokkr-Refresh";

    /// <summary>Whether the console answers a request, errors included; the management port has none.</summary>
    public static bool IsConsole(HttpContext context) =>
        context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal) && !ManagementPort.Is(context);

    /// <summary>Whether it matters who asks: the assets are anybody's.</summary>
    public static bool IsPage(HttpContext context) =>
        IsConsole(context) && !context.Request.Path.StartsWithSegments(Assets, StringComparison.Ordinal);

    public static bool IsRefresh(HttpContext context) => context.Request.Headers.ContainsKey(RefreshHeader);

    /// <summary>Where to go after an act: back to a page of the console, and nowhere else.</summary>
    public static string Return(string? path) => IsOwn(path) ? path! : Root;

    /// <summary>As addresses are written: a header holds nothing else.</summary>
    private static bool IsOwn(string? path) =>
        path is { Length: < 2048 }
            && (path == Root || path.StartsWith("/ui/", StringComparison.Ordinal) || path.StartsWith("/ui?", StringComparison.Ordinal))
        && !path.StartsWith(SignIn, StringComparison.Ordinal) && !path.Any(c => c is <= ' ' or > '~' or '\\');
}
