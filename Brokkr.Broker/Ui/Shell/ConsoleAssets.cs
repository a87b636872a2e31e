using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;

namespace Brokkr.Broker.Ui.Shell;

/// <summary>
/// The console's style, scripts and pictures: in the program itself, packed once, under names that change with what they hold.
/// </summary>
public sealed class ConsoleAssets
{
    private const string Prefix = "ui/";

    private readonly FrozenDictionary<string, string> _paths;
    private readonly FrozenDictionary<string, Asset> _byFile;

    /// <summary>Reads and packs everything.</summary>
    public ConsoleAssets()
    {
        var program = typeof(ConsoleAssets).Assembly;
        var assets = program.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(n => Read(program, n)).ToList();
        _paths = assets.ToFrozenDictionary(a => a.Name, a => $"/ui/assets/{a.File}", StringComparer.Ordinal);
        _byFile = assets.ToFrozenDictionary(a => a.File, StringComparer.Ordinal);
    }

    /// <summary>Where an asset is served, as in <c>/ui/assets/console.0123456789ab.css</c> for <c>console.css</c>.</summary>
    public string this[string name] => _paths[name];

    internal IResult Answer(string file, HttpContext context)
    {
        if (!_byFile.TryGetValue(file, out var asset))
            return Results.NotFound();
        var headers = context.Response.Headers;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = "Accept-Encoding";
        var accepted = context.Request.Headers.AcceptEncoding.ToString();
        var (encoding, bytes) = accepted.Contains("br", StringComparison.OrdinalIgnoreCase) ? ("br", asset.Brotli)
            : accepted.Contains("gzip", StringComparison.OrdinalIgnoreCase) ? ("gzip", asset.Gzip)
            : ("", asset.Plain);
        if (encoding.Length > 0)
            headers.ContentEncoding = encoding;
        return Results.Bytes(bytes, asset.ContentType);
    }

    private static Asset Read(Assembly program, string resource)
    {
        using var content = program.GetManifestResourceStream(resource)!;
        using var plain = new MemoryStream();
        content.CopyTo(plain);
        var (name, bytes) = (resource[Prefix.Length..], plain.ToArray());
        var (stem, extension) = (Path.GetFileNameWithoutExtension(name), Path.GetExtension(name));
        return new(
            name, $"{stem}.{Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]}{extension}",
            extension switch
            {
                ".css" => "text/css; charset=utf-8",
                ".js" => "text/javascript; charset=utf-8",
                ".svg" => "image/svg+xml",
                _ => throw new InvalidOperationException($"No content type is known for {name}."),
            },
            bytes, Pack(bytes, to => new GZipStream(to, CompressionLevel.SmallestSize)),
            Pack(bytes, to => new BrotliStream(to, CompressionLevel.SmallestSize)));
    }

    private static byte[] Pack(byte[] bytes, Func<Stream, Stream> packing)
    {
        using var packed = new MemoryStream();
        using (var stream = packing(packed))
            stream.Write(bytes);
        return packed.ToArray();
    }

    private sealed record Asset(string Name, string File, string ContentType, byte[] Plain, byte[] Gzip, byte[] Brotli);
}
