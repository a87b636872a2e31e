using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Discovery;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Logs;
using Brokkr.DemoCluster.Api.Objects;
using Brokkr.DemoCluster.Api.Verbs;

namespace Brokkr.DemoCluster.Api;

/// <summary>The parts that answer requests for objects, by verb.</summary>
internal sealed record ObjectVerbs(ReadApi Reads, WatchApi Watches, WriteApi Writes, PodLogApi Logs);

/// <summary>Takes every request for objects, finds out what it is about and hands it on.</summary>
internal sealed class ClusterApi(KindCatalog catalog, ObjectVerbs verbs, DemoClusterFaults faults, RulesReview review)
{
    /// <summary>The service account that refusals speak of.</summary>
    private const string User = "system:serviceaccount:brokkr:brokkr-agent";

    public Task HandleAsync(HttpContext http)
    {
        var path = ApiPath.Parse(http.Request.Path.Value ?? "");
        var kind = path is null ? null : catalog.Find(path.Group, path.Version, path.Plural);
        if (path is null || kind is null || !Fits(kind, path))
            return http.AnswerUnknownPathAsync();
        var verb = ApiVerb.Of(http.Request, path.Name is not null);
        // Everybody may ask what they may do.
        if (kind.Plural == "selfsubjectrulesreviews" && verb == "create")
            return review.AnswerAsync(http);
        if (faults.Denies(kind, path.Subresource, path.Namespace))
            return http.AnswerAsync(KubeStatus.Forbidden(User, verb, kind, path));
        var rendition = path.Subresource == "log" ? Rendition.Whole : MediaType.Choose(http.Request.Headers.Accept);
        return rendition is null ? http.AnswerAsync(KubeStatus.NotAcceptable) : AnswerAsync(new(http, path, kind, verb, rendition.Value));
    }

    private Task AnswerAsync(ApiCall call)
    {
        var (part, allowed) = Served(call);
        if (part is null)
            return call.Http.AnswerAsync(KubeStatus.NoSuchSubresource);
        if (!allowed.Contains(call.Verb))
            return call.Http.AnswerAsync(KubeStatus.MethodNotAllowed);
        return (part, call.Verb) switch
        {
            ("log", "get") => verbs.Logs.GetAsync(call),
            (_, "get") => verbs.Reads.GetAsync(call),
            (_, "list") => verbs.Reads.ListAsync(call),
            (_, "watch") => verbs.Watches.WatchAsync(call),
            (_, "create") => verbs.Writes.CreateAsync(call),
            (_, "update") => verbs.Writes.UpdateAsync(call),
            (_, "patch") => verbs.Writes.PatchAsync(call),
            (_, "delete") => verbs.Writes.DeleteAsync(call),
            _ => call.Http.AnswerAsync(KubeStatus.MethodNotAllowed),
        };
    }

    /// <summary>The part of the object that the path names, and what may be done with it; no part when it is not served here.</summary>
    private static (string? Part, IReadOnlyList<string> Verbs) Served(ApiCall call) => call.Path.Subresource switch
    {
        null => ("object", call.Kind.Verbs),
        "status" => ("status", call.Kind.Subresources.FirstOrDefault(s => s.Name == "status")?.Verbs ?? ["get", "patch", "update"]),
        "log" when call.Kind is { Group: "", Plural: "pods" } => ("log", ["get"]),
        _ => (null, []),
    };

    /// <summary>Namespaced kinds are named within a namespace, the others never.</summary>
    private static bool Fits(ResourceKind kind, ApiPath path) => kind.Namespaced
        ? path.Namespace is not null || path.Name is null
        : path.Namespace is null;
}
