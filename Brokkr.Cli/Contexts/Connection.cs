using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;
using Key = Brokkr.Contracts.Pak;

namespace Brokkr.Cli.Contexts;

/// <summary>Which broker is called with which key.</summary>
/// <param name="Url">What <c>--url</c> or <c>BROKKR_URL</c> says.</param>
/// <param name="Context">What <c>--context</c> or <c>BROKKR_CONTEXT</c> says.</param>
/// <param name="PakFile">What <c>--pak-file</c> or <c>BROKKR_PAK_FILE</c> says.</param>
/// <param name="Ca">What <c>--ca</c> or <c>BROKKR_CA</c> says.</param>
/// <param name="File">Where the contexts are.</param>
internal sealed record Connection(string? Url, string? Context, string? PakFile, string? Ca, ContextFile File)
{
    /// <summary>A client for the broker that is meant. A key that is kept for one address goes to no other.</summary>
    public BrokerClient Open()
    {
        var context = Url is not null && PakFile is not null && Context is null ? null : Chosen();
        var url = UrlOf(Url ?? context?.Url ?? throw NotSignedIn());
        var isThere = context is not null && UrlOf(context.Url) == url;
        var pak = PakFile is not null ? KeyIn(PakFile) : isThere ? context!.Pak ?? KeyIn(context.PakFile!) : throw NoKey(url);
        return new(url, pak, Trusted(Ca ?? (isThere ? context!.Ca : null)));
    }

    /// <summary>A client that shows no key.</summary>
    public BrokerClient OpenWithoutKey()
    {
        var context = Chosen();
        return new(UrlOf(Url ?? context?.Url ?? throw NotSignedIn()), null, Trusted(Ca ?? context?.Ca));
    }

    /// <exception cref="CommandException">It is no address of a broker.</exception>
    public static Uri UrlOf(string text)
    {
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url!.UserInfo.Length == 0;
        return isUrl && url!.Query.Length == 0 && url.Fragment.Length == 0
            ? new(url.AbsoluteUri.TrimEnd('/') + "/")
            : throw new CommandException(ExitCodes.Usage, $"{text} is no address of a broker.",
                "It is one such as https://brokkr.example.com.");
    }

    /// <summary>The key in a file; a line end behind it does not matter.</summary>
    public static string KeyIn(string path)
    {
        try
        {
            return RequireKey(System.IO.File.ReadAllText(path), $"The file {path} holds");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.NotAllowed, $"The key cannot be read: {e.Message}",
                "--pak-file or BROKKR_PAK_FILE names a file that you can read; brokkr login keeps a key.");
        }
    }

    public static string RequireKey(string text, string whatHolds) => Key.TryParse(text.Trim(), out _)
        ? text.Trim()
        : throw new CommandException(ExitCodes.NotAllowed, $"{whatHolds} no whole key.",
            "A key begins with brokkr_adm_ or brokkr_ro_ and is copied whole.");

    public static X509Certificate2Collection? Trusted(string? ca)
    {
        if (ca is null)
            return null;
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(ca);
            return certificates.Count > 0 ? certificates : throw new CryptographicException("there is no certificate in it");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CommandException(ExitCodes.Usage, $"--ca: {ca} cannot be read: {e.Message.TrimEnd('.')}.",
                "It is a file of certificates in PEM.");
        }
    }

    /// <summary>The context that is named, else one for the address, else the current one; null where there is none.</summary>
    private BrokerContext? Chosen()
    {
        var contexts = File.Read();
        if (Context is not null)
            return contexts.Find(Context) ?? throw new CommandException(ExitCodes.NotFound, $"There is no context {Context}.",
                "brokkr context list");
        return Url is null
            ? contexts.Find(contexts.Current)
            : contexts.Contexts.OrderByDescending(c => c.Name == contexts.Current).FirstOrDefault(c => UrlOf(c.Url) == UrlOf(Url));
    }

    private static CommandException NotSignedIn() =>
        new(ExitCodes.NotAllowed, "You are not signed in to a broker.", "brokkr login URL, or BROKKR_URL with BROKKR_PAK_FILE.");

    private static CommandException NoKey(Uri url) =>
        new(ExitCodes.NotAllowed, $"There is no key for {url.AbsoluteUri.TrimEnd('/')}.",
            $"brokkr login {url.AbsoluteUri.TrimEnd('/')}, or BROKKR_PAK_FILE.");
}
