using System.Security.Cryptography;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Recordings;

namespace Brokkr.DemoCluster.Api.Discovery;

/// <summary>Answers what this server is and which kinds it serves.</summary>
internal sealed class DiscoveryApi(KindCatalog catalog, Recording recording)
{
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private readonly byte[] _version = recording.Exchange("version.http").Body;

    public void Map(WebApplication app)
    {
        foreach (var probe in new[] { "/readyz", "/healthz", "/livez" })
            app.MapGet(probe, (HttpContext http) => http.AnswerTextAsync(200, "ok"));
        app.MapGet("/version", (HttpContext http) => http.AnswerAsync(200, _version));
        app.MapGet("/api", CoreAsync);
        app.MapGet("/apis", GroupsAsync);
        app.MapGet("/api/{version}", (HttpContext http, string version) => ResourcesAsync(http, "", version));
        app.MapGet("/apis/{group}", GroupAsync);
        app.MapGet("/apis/{group}/{version}", ResourcesAsync);
    }

    private Task CoreAsync(HttpContext http) => MediaType.WantsAggregatedDiscovery(http.Request.Headers.Accept)
        ? AggregatedAsync(http, [""])
        : http.AnswerAsync(200, DiscoveryDocuments.CoreVersions(http.Request.Host.Value ?? ""));

    private Task GroupsAsync(HttpContext http) => MediaType.WantsAggregatedDiscovery(http.Request.Headers.Accept)
        ? AggregatedAsync(http, catalog.Groups)
        : http.AnswerAsync(200, DiscoveryDocuments.Groups(catalog));

    private Task GroupAsync(HttpContext http, string group) => catalog.Groups.Contains(group)
        ? http.AnswerAsync(200, DiscoveryDocuments.Group(catalog, group))
        : http.AnswerUnknownPathAsync();

    private Task ResourcesAsync(HttpContext http, string group, string version) => catalog.Versions(group).Contains(version)
        ? http.AnswerAsync(200, DiscoveryDocuments.Resources(catalog, group, version))
        : http.AnswerUnknownPathAsync();

    private Task AggregatedAsync(HttpContext http, IEnumerable<string> groups)
    {
        var body = ApiJson.Bytes(DiscoveryDocuments.Aggregated(catalog, groups));
        var tag = $"\"{Convert.ToHexString(SHA512.HashData(body))}\"";
        http.Response.Headers.CacheControl = "public";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.Vary = "Accept";
        if (http.Request.Headers.IfNoneMatch != tag)
            return http.AnswerAsync(200, body, AggregatedType);
        http.Response.StatusCode = 304;
        return Task.CompletedTask;
    }
}
