using Brokkr.Broker.Auth;
using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Diagnostics;

/// <summary>The page of a diagnostic, what can be taken away of it, and asking for one.</summary>
internal sealed class DiagnosticPages(
    DiagnosticStore diagnostics, DiagnosticDispatcher dispatcher, DiagnosticWatch watch, DeploymentObjectStore objects, AgentStore agents,
    Staleness staleness, TimeProvider clock)
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/diagnostics/{id}", (string id, HttpContext context, DiagnosticPages page) => page.ShowAsync(id, context));
        pages.MapGet("/diagnostics/{id}/diagnostic.json", (string id, HttpContext context, DiagnosticPages page) =>
            page.DownloadJsonAsync(id, context));
        pages.MapGet("/diagnostics/{id}/diagnostic.md", (string id, HttpContext context, DiagnosticPages page) =>
            page.DownloadMarkdownAsync(id, context));
        pages.MapPost("/diagnostics", (HttpContext context, DiagnosticPages page) => page.AskAsync(context))
            .RequireAuthorization(Policies.Admin);
        pages.MapPost("/diagnostics/{id}/cancel", (string id, HttpContext context, DiagnosticPages page) => page.CancelAsync(id, context))
            .RequireAuthorization(Policies.Admin);
    }

    private async Task<RazorComponentResult<DiagnosticPage>> ShowAsync(string id, HttpContext context)
    {
        var (diagnostic, subject) = await ReadAsync(id, context);
        return new(new { View = DiagnosticView.Of(diagnostic, subject, clock.GetUtcNow()) });
    }

    private async Task<IResult> DownloadJsonAsync(string id, HttpContext context)
    {
        var (diagnostic, _) = await ReadAsync(id, context);
        return Results.File(System.Text.Encoding.UTF8.GetBytes(Json.Format(diagnostic)), "application/json",
            $"diagnostic-{diagnostic.RequestId}.json");
    }

    private async Task<IResult> DownloadMarkdownAsync(string id, HttpContext context)
    {
        var (diagnostic, subject) = await ReadAsync(id, context);
        var text = DiagnosticMarkdown.Of(DiagnosticView.Of(diagnostic, subject, clock.GetUtcNow()));
        return Results.File(System.Text.Encoding.UTF8.GetBytes(text), "text/markdown; charset=utf-8",
            $"diagnostic-{diagnostic.RequestId}.md");
    }

    /// <summary>Form: <c>object_id</c>, and <c>agent_id</c> where a certain cluster is to be asked.</summary>
    private async Task<IResult> AskAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var objectId = Requests.Uuid(form["object_id"].ToString(), "object_id");
        var agentId = Requests.UuidOrNull(form["agent_id"].ToString(), "agent_id");
        var asked = await diagnostics.AddAsync(objectId, agentId, context.CallerActor(), ct)
            ?? throw Errors.Precondition("no_agent",
            "No cluster is there to be asked: none is targeted at the stack, or a newer revision took the place of this deployment "
            + "object.");
        await dispatcher.AnnounceAsync(asked.AgentId, ct);
        return Forms.BackTo($"/ui/diagnostics/{asked.Id}");
    }

    private async Task<IResult> CancelAsync(string id, HttpContext context)
    {
        var (row, ct) = (await FindAsync(id, context.RequestAborted), context.RequestAborted);
        // Where it ended meanwhile the page says how.
        if (await diagnostics.CancelAsync(row.Id, context.CallerActor(), ct))
            await dispatcher.AnnounceAsync(row.AgentId, ct);
        watch.Ring(row.Id);
        return Forms.BackTo($"/ui/diagnostics/{row.Id}");
    }

    private async Task<DiagnosticRow> FindAsync(string id, CancellationToken ct) =>
        (Requests.TryUuid(id, out var parsed) ? await diagnostics.FindAsync(parsed, ct) : null)
            ?? throw Errors.NotFound("diagnostic request", id);

    private async Task<(Wire.Diagnostic Diagnostic, DiagnosticSubject Subject)> ReadAsync(string id, HttpContext context)
    {
        var ct = context.RequestAborted;
        var row = await FindAsync(id, ct);
        var result = await diagnostics.ReadResultAsync(row, context.CallerActor(), ct);
        var deploymentObject = await objects.FindHeadAsync(row.DeploymentObjectId, ct);
        var agent = await agents.FindAsync(row.AgentId, ct);
        var heard = agent?.LastSeenAt ?? agent?.CreatedAt;
        return (row.ToWire(result?.ToWire()), new(
            deploymentObject?.Name ?? "deleted", deploymentObject?.StackName ?? "deleted", deploymentObject?.Revision
            ?? 0, deploymentObject is { SupersededAt: null },
            agent?.Name ?? "deleted", heard < clock.GetUtcNow().AddSeconds(-staleness.Seconds) ? heard : null));
    }
}
