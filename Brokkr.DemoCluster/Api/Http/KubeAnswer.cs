using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Json;

namespace Brokkr.DemoCluster.Api.Http;

/// <summary>Writes answers with the headers of an API server.</summary>
internal static class KubeAnswer
{
    public static Task AnswerAsync(this HttpContext http, KubeStatus refusal)
    {
        if (refusal.Code is 403)
            http.Response.Headers.XContentTypeOptions = "nosniff";
        return http.AnswerAsync(refusal.Code, ApiJson.Bytes(refusal.ToJson()));
    }

    public static Task AnswerAsync(this HttpContext http, int status, JsonNode body) => http.AnswerAsync(status, ApiJson.Bytes(body));

    public static Task AnswerAsync(this HttpContext http, int status, ReadOnlyMemory<byte> json, string contentType = "application/json")
    {
        if (WantsIndented(http.Request))
            json = ApiJson.Indent(json);
        Begin(http, status, contentType);
        http.Response.ContentLength = json.Length;
        return http.Response.Body.WriteAsync(json, http.RequestAborted).AsTask();
    }

    public static Task AnswerTextAsync(this HttpContext http, int status, string text)
    {
        Begin(http, status, "text/plain; charset=utf-8");
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.ContentLength = text.Length;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>What a real server says about a path or a kind that it does not know.</summary>
    public static Task AnswerUnknownPathAsync(this HttpContext http) => http.AnswerTextAsync(404, "404 page not found\n");

    public static void Begin(this HttpContext http, int status, string? contentType)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        if (http.Response.Headers.CacheControl.Count == 0)
            http.Response.Headers.CacheControl = "no-cache, private";
    }

    /// <summary>People get indented JSON, as from a real server; programs get it compact.</summary>
    public static bool WantsIndented(HttpRequest request)
    {
        if (request.Query["pretty"] is [{ } wish, ..])
            return ApiVerb.IsTrue(wish);
        var agent = request.Headers.UserAgent.ToString();
        return agent.StartsWith("curl", StringComparison.Ordinal)
            || agent.StartsWith("Wget", StringComparison.Ordinal)
            || agent.StartsWith("Mozilla/5.0", StringComparison.Ordinal);
    }
}
