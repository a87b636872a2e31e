using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Brokkr.Broker.Ui.Access;

/// <summary>The audit trail: who did what, and when.</summary>
internal sealed class AuditPages(AuditStore audit)
{
    private const int PageSize = 100;

    public static void Map(IEndpointRouteBuilder pages) => pages
        .MapGet("/admin/audit", (string? actor, string? action, string? after, AuditPages page, CancellationToken ct) =>
            page.ShowAsync(actor?.Trim() ?? "", action?.Trim() ?? "", after ?? "", ct))
        .RequireAuthorization(Policies.Admin);

    private async Task<RazorComponentResult<AuditPage>> ShowAsync(string actor, string action, string after, CancellationToken ct)
    {
        var page = Page.Of<AuditKey>(PageSize, after);
        var rows = await audit.ListAsync(Requests.Text(actor, "actor"), Requests.Text(action, "action"), null, page, ct);
        var next = page.Cut(rows, r => new(r.Id));
        return new(new { View = AuditView.Of(rows, actor, action, next) });
    }
}
