using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Stacks;

/// <summary>What a revision of a deployment object changed.</summary>
internal sealed class RevisionPages(DeploymentObjectStore objects, AuditStore audit)
{
    private const int MostBases = 50;

    public static void Map(IEndpointRouteBuilder pages) => pages.MapGet(
        "/stacks/{stack}/{name}/revisions/{revision}",
        (string stack, string name, string revision, string? @base, HttpContext context, RevisionPages page) =>
            page.ShowAsync(stack, name, revision, @base ?? "", context));

    /// <param name="stack">Name of the stack.</param>
    /// <param name="name">Name of the deployment object.</param>
    /// <param name="revision">The number of the revision.</param>
    /// <param name="base">
    /// The number of the one that it is compared with; the one before where it is empty, and nothing where that is 0.
    /// </param>
    /// <param name="context">The request.</param>
    private async Task<RazorComponentResult<RevisionPage>> ShowAsync(
        string stack, string name, string revision, string @base, HttpContext context)
    {
        var ct = context.RequestAborted;
        var shown = await FindAsync(Requests.Text(stack, "stack"), Requests.Text(name, "name"), Number(revision, "revision"), ct);
        var before = Number(@base, "base") switch
        {
            null => await objects.FindBeforeAsync(shown, ct),
            0 => null,
            var number => await FindAsync(stack, name, number, ct),
        };
        await audit.AddReadAsync(context.CallerActor(), "get_diff", shown.Id, shown.Name, $"{shown.StackId}", ct);
        if (before is not null && @base.Length > 0)
            await audit.AddReadAsync(context.CallerActor(), "get_diff", before.Id, before.Name, $"{before.StackId}", ct);
        var others = await objects.ListRevisionsAsync(shown.StackId, shown.Name, new(MostBases, null), ct);
        return new(new
        {
            View = new RevisionDiffView(
                stack, shown.Name, shown.Revision, before?.Revision, shown.CreatedAt, shown.CreatedBy ?? "", shown.SupersededAt is null,
                [.. others.Select(o => o.Revision).Where(o => o != shown.Revision)],
                DiffView.Of(ManifestDiff.Of(before?.RequireManifests() ?? "", shown.RequireManifests()))),
        });
    }

    private async Task<DeploymentObjectRow> FindAsync(string stack, string name, int? revision, CancellationToken ct) =>
        await objects.FindRevisionAsync(stack, name, revision, ct) ?? throw Errors.NotFound("revision", $"{revision}");

    private static int? Number(string text, string field) =>
        text.Length == 0 ? null
        : Forms.TryNumber(text, out var number) ? number
        : throw Errors.Invalid(field, "must be a number.");
}
