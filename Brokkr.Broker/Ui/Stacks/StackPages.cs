using System.Text;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Ui.Clusters;
using Brokkr.Broker.Ui.Parts;
using Microsoft.AspNetCore.Http.HttpResults;
using AgentOrder = Brokkr.V1.AgentOrder.Types.Word;
using Order = Brokkr.V1.StackOrder.Types.Word;

namespace Brokkr.Broker.Ui.Stacks;

/// <summary>The stacks: all of them, one, and what is submitted to it, which is shown before it counts.</summary>
internal sealed class StackPages(
    StackStore stacks, DeploymentObjectStore objects, HealthStore health, AgentStore agents, AuditStore audit)
{
    private const int PageSize = 100;

    private const int MostObjects = 500;

    private const int MostTargets = 200;

    public static void Map(IEndpointRouteBuilder pages)
    {
        var group = pages.MapGroup("/stacks");
        group.MapGet("/", (string? text, string? after, StackPages page, CancellationToken ct) =>
            page.ListAsync(text?.Trim() ?? "", after ?? "", "", ct));
        group.MapGet("/{name}", (string name, StackPages page, CancellationToken ct) => page.ShowAsync(name, ct));
        var acts = pages.MapGroup("/stacks").RequireAuthorization(Policies.Admin);
        acts.MapPost("/", (HttpContext context, StackPages page) => page.AddAsync(context));
        acts.MapPost("/{name}/check", (string name, HttpContext context, StackPages page) => page.CheckAsync(name, context));
        acts.MapPost("/{name}/submit", (string name, HttpContext context, StackPages page) => page.SubmitAsync(name, context));
    }

    private async Task<RazorComponentResult<StacksPage>> ListAsync(string text, string after, string refusal, CancellationToken ct)
    {
        var page = Page.Of<StackKey>(PageSize, after);
        if (page.After?.IsOf(Order.Severity) == false)
            throw Forms.OtherOrder();
        var rows = await stacks.ListAsync(new() { Text = Requests.Text(text, "text"), Order = Order.Severity }, page, ct);
        var next = page.Cut(rows, r => StackKey.Of(r, Order.Severity));
        var path = Address.Of(StacksView.Path, ("text", text), ("after", next));
        return new(
            new { View = new StacksView(text, [.. rows.Select(r => StackLine.Of(r.ToWire()))], next.Length > 0 ? path : null, refusal) })
        {
            StatusCode = refusal.Length > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }

    private async Task<RazorComponentResult<StackPage>> ShowAsync(string name, CancellationToken ct)
    {
        var stack = await FindAsync(name, ct);
        var held = await health.ListHeldAsync(stack.Id, MostObjects, ct);
        var targets = await agents.ListAsync(new() { StackId = stack.Id, Order = AgentOrder.LastSeenAt }, new(MostTargets, null), ct);
        return new(new
        {
            View = new StackView(
                StackLine.Of(stack.ToWire()), [.. held.Select(o => HeldView.Of(o, stack.Name))],
                [.. targets.Take(MostTargets).Select(a => ClusterRow.Of(a.ToWire()))]),
        });
    }

    private async Task<IResult> AddAsync(HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var name = form["name"].ToString().Trim();
        try
        {
            return await stacks.AddAsync(Requests.Name(name, "name"), context.CallerActor(), ct) is { } stack
                ? Forms.BackTo(StackLine.PathOf(stack.Name))
                : await ListAsync("", "", $"There is a stack named {name} already: choose another name.", ct);
        }
        catch (ApiError e) when (e.HttpStatus == StatusCodes.Status400BadRequest)
        {
            return await ListAsync("", "", e.Status.Detail, ct);
        }
    }

    /// <summary>
    /// Form: <c>name</c>, and <c>yaml</c> as text or as a file, or <c>revision</c>, a former one that is to stand again. Changes nothing.
    /// </summary>
    private async Task<IResult> CheckAsync(string stackName, HttpContext context)
    {
        var ct = context.RequestAborted;
        var (stack, given) = (await FindAsync(stackName, ct), await GivenAsync(stackName, context));
        var standing = await objects.FindRevisionAsync(stack.Name, given.Name, null, ct);
        foreach (var shown in new[] { standing, given.From })
            await AuditReadAsync(context, shown);
        var view = new SubmissionView(
            stack.Name, given.Name, given.From is null ? given.Yaml : "", given.From?.Revision, given.Errors, standing?.Revision,
            stack.Agents, given.Errors.Count > 0 ? null : DiffView.Of(ManifestDiff.Of(standing?.Yaml ?? "", given.Yaml)));
        return new RazorComponentResult<SubmissionPage>(new { View = view })
        {
            StatusCode = given.Errors.Count > 0 ? StatusCodes.Status400BadRequest : StatusCodes.Status200OK,
        };
    }

    /// <summary>The same form, and it counts.</summary>
    private async Task<IResult> SubmitAsync(string stackName, HttpContext context)
    {
        var ct = context.RequestAborted;
        var (stack, given) = (await FindAsync(stackName, ct), await GivenAsync(stackName, context));
        if (given.Errors.Count > 0)
            throw Errors.Malformed("malformed_manifest", given.Errors[0].Said);
        _ = await (given.From is { } former
            ? objects.RollBackAsync(former, context.CallerActor(), ct)
            : objects.AddAsync(stack.Id, given.Name, given.Yaml, context.CallerActor(), ct)) ?? throw Errors.NotFound("stack", stackName);
        return Forms.BackTo(Address.OfObject(stack.Name, given.Name));
    }

    private async Task<Given> GivenAsync(string stackName, HttpContext context)
    {
        var (form, ct) = (await Forms.ReadAsync(context), context.RequestAborted);
        var (name, yaml) = (form["name"].ToString().Trim(), form["yaml"].ToString());
        DeploymentObjectRow? from = null;
        if (form["revision"].ToString() is { Length: > 0 } number)
        {
            var revision = Forms.TryNumber(number, out var parsed)
                ? parsed
                : throw Errors.Invalid("revision", "must be a number.");
            from = await objects.FindRevisionAsync(stackName, Requests.Text(name, "name"), revision, ct)
                ?? throw Errors.NotFound("revision", number);
            yaml = from.RequireManifests();
        }
        else if (form.Files["file"] is { Length: > 0 } file)
        {
            using var reader = new StreamReader(file.OpenReadStream(), Encoding.UTF8);
            yaml = await reader.ReadToEndAsync(ct);
        }

        // A browser sends a text with line ends of its own; what was stored is as it was.
        yaml = from is null ? yaml.Replace("\r\n", "\n", StringComparison.Ordinal) : yaml;
        return new(name, yaml, from, ErrorsOf(name, yaml));
    }

    private static List<SubmissionError> ErrorsOf(string name, string yaml)
    {
        var errors = new List<SubmissionError>();
        try
        {
            Requests.Name(name, "name");
        }
        catch (ApiError e)
        {
            errors.Add(new(e.Status.Detail, []));
        }

        errors.AddRange(SubmissionError.Of(yaml, ManifestCheck.Find(yaml)));
        return errors;
    }

    /// <summary>A manifest that a page shows is in the audit trail like one that a call answers.</summary>
    private Task AuditReadAsync(HttpContext context, DeploymentObjectRow? shown) => shown is null ? Task.CompletedTask : audit.AddReadAsync(
        context.CallerActor(), "get_deployment_object", shown.Id, shown.Name, $"{shown.StackId}", context.RequestAborted);

    private async Task<StackRow> FindAsync(string name, CancellationToken ct) =>
        (await stacks.ListAsync(new() { Name = Requests.Text(name, "name"), Order = Order.Severity }, new(1, null), ct)).FirstOrDefault()
        ?? throw Errors.NotFound("stack", name);

    /// <summary>What a form gives, of which former revision, and why it cannot count.</summary>
    private sealed record Given(string Name, string Yaml, DeploymentObjectRow? From, IReadOnlyList<SubmissionError> Errors);
}
