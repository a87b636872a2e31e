using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Cluster.Objects;
using Brokkr.Contracts;
using Brokkr.Contracts.Manifests;
using Brokkr.Contracts.Text;

namespace Brokkr.Agent.Deployment;

/// <summary>
/// Asks for, applies and deletes single objects. Of the answers only metadata is read: values of Secrets never arrive here.
/// </summary>
internal sealed class ClusterWriter(KubeClient client)
{
    private const string MetadataOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    public Task<WriteAnswer> LookAsync(string path, CancellationToken ct) => SendAsync(t => client.OpenAsync(path, MetadataOnly, t), ct);

    public Task<WriteAnswer> ApplyAsync(string path, string json, bool force, bool dryRun, CancellationToken ct)
    {
        var query = $"?fieldManager={Marks.FieldManager}{(force ? "&force=true" : "")}{(dryRun ? "&dryRun=All" : "")}";
        return SendAsync(t => client.ApplyAsync(path + query, json, MetadataOnly, t), ct);
    }

    /// <summary>Deletes the object with this UID and, in the background, what it owns; another object of the same name stays.</summary>
    public Task<WriteAnswer> DeleteAsync(string path, string uid, CancellationToken ct)
    {
        var options = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["propagationPolicy"] = "Background",
            ["preconditions"] = new JsonObject { ["uid"] = uid },
        };
        return SendAsync(t => client.DeleteAsync(path, options.ToJsonString(), t), ct);
    }

    /// <exception cref="HttpRequestException">The API server cannot be reached, or takes nothing from this agent now.</exception>
    private async Task<WriteAnswer> SendAsync(Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken ct)
    {
        try
        {
            return await client.InTimeAsync(async within =>
            {
                using var response = await send(within);
                var body = await response.Content.ReadAsByteArrayAsync(within);
                if (response.IsSuccessStatusCode)
                    return new WriteAnswer(response.StatusCode, "", [], Read(body));
                var (text, fields) = Refused(response.StatusCode, body);
                var wait = ApiRefusal.WaitOf(response);
                return response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests
                    ? throw new ApiRefusal(text, response.StatusCode, wait)
                    : new(response.StatusCode, text, fields, null) { RetryAfter = wait };
            }, ct);
        }
        catch (TimeoutException e)
        {
            return new(HttpStatusCode.GatewayTimeout, e.Message, [], null);
        }
    }

    private static KubeObject? Read(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, ClusterJson.Default.KubeObject);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static (string Text, IReadOnlyList<string> Fields) Refused(HttpStatusCode status, byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var fields = json.RootElement.At("details.causes.*.field").Select(JsonPaths.TextOf).OfType<string>().Distinct().ToList();
            return (KubeClient.MessageOf(json.RootElement) is { Length: > 0 } message ? message : $"HTTP {(int)status}", fields);
        }
        catch (JsonException)
        {
            return ($"HTTP {(int)status}", []);
        }
    }
}

/// <summary>What the API server answered about one object.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Text">Its sentence where it refused.</param>
/// <param name="Fields">The fields that it names as the causes.</param>
/// <param name="Found">The object's metadata where it did not.</param>
internal sealed record WriteAnswer(HttpStatusCode Status, string Text, IReadOnlyList<string> Fields, KubeObject? Found)
{
    /// <summary>How long the API server asks to be left alone; null where it asks for nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsDone => Text.Length == 0;

    public bool IsAbsent => Status == HttpStatusCode.NotFound;

    public bool IsConflict => Status == HttpStatusCode.Conflict;

    /// <summary>
    /// Whether the API server, a webhook or an aggregated API is in trouble, which says nothing about the object. That a field is of the
    /// wrong type is answered with 500 too.
    /// </summary>
    public bool IsTrouble => Status == HttpStatusCode.RequestTimeout
        || (Status >= HttpStatusCode.InternalServerError
            && !Text.StartsWith("failed to create typed patch object", StringComparison.Ordinal));

    /// <summary>The sentence, short enough that field and reason stand, and without what may quote the values of a Secret.</summary>
    public string TextFor(ManifestObject manifest)
    {
        if (manifest.Kind != "Secret")
            return RefusalText.Of(Text);
        var isAboutAccess = Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Conflict;
        return isAboutAccess && !ValuesOf(manifest).Any(v => Text.Contains(v, StringComparison.Ordinal))
            ? RefusalText.Of(Text)
            : $"The API server refused it (HTTP {(int)Status}){(Fields.Count > 0 ? $" for {string.Join(", ", Fields)}" : "")}; its "
            + "sentence may quote the Secret and is left out.";
    }

    private static IEnumerable<string> ValuesOf(ManifestObject secret)
    {
        using var json = JsonDocument.Parse(secret.Json, new() { MaxDepth = Limits.ManifestDepth });
        foreach (var value in json.RootElement.At("data.*").Concat(json.RootElement.At("stringData.*")).Select(v => v.ToString())
            .Where(v => v.Length > 2))
        {
            yield return value;
            var plain = new byte[value.Length];
            if (Convert.TryFromBase64String(value, plain, out var length) && length > 2)
                yield return Encoding.UTF8.GetString(plain, 0, length);
        }
    }
}
