using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Logs;

namespace Brokkr.DemoCluster.Api;

/// <summary>What can be told to this stand-in and to no real server: faults, logs, and which requests came.</summary>
internal sealed class DemoApi(DemoClusterFaults faults, LogStore logs, RequestCounts counts)
{
    /// <summary>Every field replaces its fault; one left out ends it.</summary>
    internal sealed record FaultsBody(
        string[]? Denied, string[]? Namespaces, int Failures, int Status, int DelayMilliseconds, int ExpiredContinues, int ExpiredWatches,
        bool DropWatches, bool SilenceWatches, int RetryAfterSeconds);

    internal sealed record RequestBody(string Verb, string Path, int Count);

    public void Map(WebApplication app)
    {
        app.MapPut("/demo/faults", SetFaults);
        app.MapPut("/demo/logs/{namespace}/{pod}/{container}", SetLogAsync);
        app.MapGet("/demo/requests", () => counts.All.Select(c => new RequestBody(c.Verb, c.Path, c.Count)));
        app.MapDelete("/demo/requests", counts.Reset);
    }

    private IResult SetFaults(FaultsBody body)
    {
        if (body.Failures > 0 && body.Status is not (429 or (>= 500 and <= 599)))
            return Results.BadRequest(new { message = "status must be 429 or 500 to 599 when failures is given" });
        faults.Deny(body.Denied ?? []);
        faults.ConfineTo(body.Namespaces ?? []);
        faults.FailNext(body.Failures, body.Status, Math.Max(1, body.RetryAfterSeconds));
        faults.Delay = TimeSpan.FromMilliseconds(body.DelayMilliseconds);
        faults.ExpireContinues(body.ExpiredContinues);
        faults.ExpireWatches(body.ExpiredWatches);
        if (body.DropWatches)
            faults.DropWatches();
        if (body.SilenceWatches)
            faults.SilenceWatches();
        return Results.NoContent();
    }

    private async Task<IResult> SetLogAsync(HttpContext http, string @namespace, string pod, string container)
    {
        using var log = new MemoryStream();
        await http.Request.Body.CopyToAsync(log, http.RequestAborted);
        logs.Set(@namespace, pod, container, ApiVerb.IsTrue(http.Request.Query["previous"].FirstOrDefault()), log.ToArray());
        return Results.NoContent();
    }
}
