using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Objects;

/// <summary>A request for objects, understood: what it is about and how the answer shall look.</summary>
internal sealed record ApiCall(HttpContext Http, ApiPath Path, ResourceKind Kind, string Verb, Rendition Rendition)
{
    public IQueryCollection Query => Http.Request.Query;

    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>The key of the object that the path names.</summary>
    public string Key => StoredObject.KeyOf(Path.Namespace, Path.Name!);

    public bool IsDryRun => Query["dryRun"] == "All";

    public Task AnswerAsync(int status, StoredObject stored) => Http.AnswerAsync(status, Rendering.Single(stored, Kind, Rendition));
}
