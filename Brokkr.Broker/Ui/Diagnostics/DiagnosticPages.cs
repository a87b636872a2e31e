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
    DiagnosticStore diagnostics, DiagnosticDispatcher dispatcher, DeploymentObjectStore objects, StackStore stacks, AgentStore agents,
    Staleness staleness, TimeProvider clock)
{
    private static readonly JsonFormatter Json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("/diagnostics/{id}", (string id, DiagnosticPages page, CancellationToken ct) => page.ShowAsync(id, ct));
        pages.MapGet("/diagnostics/{id}/diagnostic.json", (string id, DiagnosticPages page, CancellationToken ct) =>
            page.DownloadJsonAsync(id, ct));
        pages.MapGet("/diagnostics/{id}/diagnostic.md", (string id, DiagnosticPages page, CancellationToken ct) =>
            page.DownloadMarkdownAsync(id, ct));
        pages.MapPost("/diagnostics", (HttpContext context, DiagnosticPages page) => page.AskAsync(context))
            .RequireAuthorization(Policies.Admin);
        pages.MapPost("/diagnostics/{id}/cancel", (string id, HttpContext context, DiagnosticPages page) => page.CancelAsync(id, context))
            .RequireAuthorization(Policies.Admin);
    }

    private async Task<RazorComponentResult<DiagnosticPage>> ShowAsync(string id, CancellationToken ct)
    {
        var (diagnostic, subject) = await ReadAsync(id, ct);
        return new(new { View = DiagnosticView.Of(diagnostic, subject, clock.GetUtcNow()) });
    }

    private async Task<IResult> DownloadJsonAsync(string id, CancellationToken ct)
    {
        var (diagnostic, _) = await ReadAsync(id, ct);
        return Results.File(System.Text.Encoding.UTF8.GetBytes(Json.Format(diagnostic)), "application/json",
            $"diagnostic-{diagnostic.RequestId}.json");
    }

    private async Task<IResult> DownloadMarkdownAsync(string id, CancellationToken ct)
    {
        var (diagnostic, subject) = await ReadAsync(id, ct);
        var text = DiagnosticMarkdown.Of(DiagnosticView.Of(diagnostic, subject, clock.GetUtcNow()));
        return Results.File(System.Text.Encoding.UTF8.GetBytes(text), "text/markdown; charset=utf-8",
            $"diagnostic-{diagnostic.RequestId}.md");
    }

    /// <summary>Form: <c>object_id</c>, and <c>agent_id</c> where a certain cluster is to be asked.</summary>
    private async Task<IResult> AskAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var objectId = Requests.Uuid(form["object_id"].ToString(), "object_id");
        Guid? agentId = form["agent_id"].ToString() is { Length: > 0 } agent ? Requests.Uuid(agent, "agent_id") : null;
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
        return Forms.BackTo($"/ui/diagnostics/{row.Id}");
    }

    private async Task<DiagnosticRow> FindAsync(string id, CancellationToken ct) =>
        (Guid.TryParseExact(id, "D", out var parsed) ? await diagnostics.FindAsync(parsed, ct) : null)
            ?? throw Errors.NotFound("diagnostic request", id);

    private async Task<(Wire.Diagnostic Diagnostic, DiagnosticSubject Subject)> ReadAsync(string id, CancellationToken ct)
    {
        var row = await FindAsync(id, ct);
        var result = row.Status == Wire.DiagnosticStatus.Types.Word.Completed ? await diagnostics.FindResultAsync(row.Id, ct) : null;
        var deploymentObject = await objects.FindAsync(row.DeploymentObjectId, ct);
        var stack = deploymentObject is null ? null : await stacks.FindAsync(deploymentObject.StackId, ct);
        var agent = await agents.FindAsync(row.AgentId, ct);
        var heard = agent?.LastSeenAt ?? agent?.CreatedAt;
        return (row.ToWire(result?.ToWire()), new(
            deploymentObject?.Name ?? "deleted", stack?.Name ?? "deleted", deploymentObject?.Revision
            ?? 0, deploymentObject is { SupersededAt: null },
            agent?.Name ?? "deleted", heard < clock.GetUtcNow().AddSeconds(-staleness.Seconds) ? heard : null));
    }
}
