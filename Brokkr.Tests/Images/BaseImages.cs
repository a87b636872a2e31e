using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Images;

/// <summary>A registry on loopback with one small image, for x64 and arm64: publishing needs a base image, and the real one needs the internet.</summary>
internal sealed class BaseImages : IAsyncDisposable
{
    private const string Index = "application/vnd.docker.distribution.manifest.list.v2+json";
    private const string Manifest = "application/vnd.docker.distribution.manifest.v2+json";

    private readonly WebApplication _app;
    private readonly Dictionary<string, (string Type, byte[] Content)> _content = [];

    private BaseImages(WebApplication app) => _app = app;

    /// <summary>The image, as ContainerBaseImage names it.</summary>
    public string Name =>
        $"localhost:{new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port}/base:1";

    public static async Task<BaseImages> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var images = new BaseImages(builder.Build());
        images._content["1"] = (Index, Json(new { schemaVersion = 2, mediaType = Index, manifests = new[] { images.Image("amd64"), images.Image("arm64") } }));
        images._app.Run(images.AnswerAsync);
        await images._app.StartAsync();
        return images;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private object Image(string architecture)
    {
        byte[] tar = [.. new byte[1024]];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(tar);
        var config = new
        {
            architecture,
            os = "linux",
            config = new { Env = new[] { "PATH=/usr/bin" } },
            rootfs = new { type = "layers", diff_ids = new[] { Digest(tar) } }
        };
        var manifest = new
        {
            schemaVersion = 2,
            mediaType = Manifest,
            config = Keep("application/vnd.docker.container.image.v1+json", Json(config)),
            layers = new[] { Keep("application/vnd.docker.image.rootfs.diff.tar.gzip", packed.ToArray()) },
        };
        var kept = Keep(Manifest, Json(manifest));
        return new { mediaType = Manifest, digest = kept.Digest, size = kept.Size, platform = new { architecture, os = "linux" } };
    }

    private Descriptor Keep(string type, byte[] content)
    {
        _content[Digest(content)] = (type, content);
        return new(type, Digest(content), content.Length);
    }

    private async Task AnswerAsync(HttpContext call)
    {
        var what = call.Request.Path.Value!.Split('/')[^1];
        if (what.Length == 0)
            return;
        if (!_content.TryGetValue(what, out var found))
        {
            call.Response.StatusCode = 404;
            return;
        }

        call.Response.ContentType = found.Type;
        call.Response.ContentLength = found.Content.Length;
        call.Response.Headers["Docker-Content-Digest"] = Digest(found.Content);
        if (HttpMethods.IsGet(call.Request.Method))
            await call.Response.Body.WriteAsync(found.Content);
    }

    private static string Digest(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static byte[] Json(object value) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(value));

    private sealed record Descriptor(
        [property: JsonPropertyName("mediaType")] string MediaType, [property: JsonPropertyName("digest")] string Digest,
        [property: JsonPropertyName("size")] int Size);
}
