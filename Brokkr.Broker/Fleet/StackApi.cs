using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Brokkr.Broker.Fleet;

/// <summary>The gRPC and JSON face of stacks and deployment objects: checks the request, asks the stores, maps the answer.</summary>
internal sealed class StackApi(StackStore stacks, DeploymentObjectStore objects, AuditStore audit) : Wire.StackService.StackServiceBase
{
    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.Stack> CreateStack(Wire.CreateStackRequest request, ServerCallContext context)
    {
        var name = Requests.Name(request.Name, "name");
        var stack = await stacks.AddAsync(name, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.AlreadyExists("stack_exists", $"There is a stack named {name} already: choose another name.");
        return stack.ToWire();
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListStacksResponse> ListStacks(Wire.ListStacksRequest request, ServerCallContext context)
    {
        var filter = StackFilter.Of(request);
        var page = Page.Of<StackKey>(request.PageSize, request.PageToken);
        if (page.After?.IsOf(filter.Order) == false)
            throw Page.OtherOrder();
        var rows = await stacks.ListAsync(filter, page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => StackKey.Of(r, filter.Order)), Stacks = { rows.Select(r => r.ToWire()) } };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.Stack> GetStack(Wire.GetStackRequest request, ServerCallContext context) =>
        (await FindStackAsync(request.Id, "id", context)).ToWire();

    [Authorize(Policies.Admin)]
    public override async Task<Wire.DeleteStackResponse> DeleteStack(Wire.DeleteStackRequest request, ServerCallContext context) =>
        await stacks.DeleteAsync(Requests.Uuid(request.Id, "id"), context.CallerActor(), context.CancellationToken)
            ? new()
            : throw Errors.NotFound("stack", request.Id);

    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.DeploymentObject> SubmitDeploymentObject(Wire.SubmitDeploymentObjectRequest request,
        ServerCallContext context)
    {
        var stackId = Requests.Uuid(request.StackId, "stack_id");
        var name = Requests.Name(request.Name, "name");
        if (request.ValidateOnly)
            return await CheckAsync(stackId, name, request.Yaml, context);
        if (ManifestCheck.Find(request.Yaml) is { Count: > 0 } flaws)
            throw Refused(flaws);
        var added = await objects.AddAsync(stackId, name, request.Yaml, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.NotFound("stack", request.StackId);
        added.Yaml = request.Yaml;
        return added.ToWire();
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListDeploymentObjectsResponse> ListDeploymentObjects(
        Wire.ListDeploymentObjectsRequest request, ServerCallContext context)
    {
        var page = Page.Of<NameKey>(request.PageSize, request.PageToken);
        var (name, text) = (Requests.Text(request.Name, "name"), Requests.Text(request.Text, "text"));
        var stack = await FindStackAsync(request.StackId, "stack_id", context);
        var rows = await objects.ListAsync(stack.Id, name, text, page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.Name)), DeploymentObjects = { rows.Select(r => r.ToWire()) } };
    }

    [Authorize(Policies.Reader)]
    public override async Task<Wire.DeploymentObject> GetDeploymentObject(Wire.GetDeploymentObjectRequest request,
        ServerCallContext context)
    {
        var row = await FindObjectAsync(request.Id, "id", context);
        row.RequireManifests();
        await audit.AddReadAsync(
            context.CallerActor(), "get_deployment_object", row.Id, row.Name, $"{row.StackId}", context.CancellationToken);
        return row.ToWire();
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListRevisionsResponse> ListRevisions(Wire.ListRevisionsRequest request, ServerCallContext context)
    {
        var page = Page.Of<RevisionKey>(request.PageSize, request.PageToken);
        var name = Requests.Name(request.Name, "name");
        var stack = await FindStackAsync(request.StackId, "stack_id", context);
        var rows = await objects.ListRevisionsAsync(stack.Id, name, page, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.Revision)), DeploymentObjects = { rows.Select(r => r.ToWire()) } };
    }

    [Authorize(Policies.Reader)]
    public override async Task<Wire.Diff> GetDiff(Wire.GetDiffRequest request, ServerCallContext context)
    {
        var revision = await FindObjectAsync(request.Id, "id", context);
        var before = request.Base.Length == 0
            ? await objects.FindBeforeAsync(revision, context.CancellationToken)
            : await FindObjectAsync(request.Base, "base", context);
        await audit.AddReadAsync(
            context.CallerActor(), "get_diff", revision.Id, revision.Name, $"{revision.StackId}", context.CancellationToken);
        // Whatever is named as the base is read as well, of whichever stack it is.
        if (before is not null && request.Base.Length > 0)
        {
            await audit.AddReadAsync(
                context.CallerActor(), "get_diff", before.Id, before.Name, $"{before.StackId}", context.CancellationToken);
        }

        var diff = ManifestDiff.Of(before?.RequireManifests() ?? "", revision.RequireManifests());
        (diff.Id, diff.Base) = (revision.Id.ToString(), before?.Id.ToString() ?? "");
        return diff;
    }

    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.DeploymentObject> RollBack(Wire.RollBackRequest request, ServerCallContext context)
    {
        var revision = await FindObjectAsync(request.Id, "id", context);
        var added = await objects.RollBackAsync(revision, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.NotFound("deployment object", request.Id);
        added.Yaml = revision.Yaml;
        return added.ToWire();
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.DeleteDeploymentObjectResponse> DeleteDeploymentObject(
        Wire.DeleteDeploymentObjectRequest request, ServerCallContext context) =>
        await objects.DeleteAsync(Requests.Uuid(request.Id, "id"), context.CallerActor(), context.CancellationToken)
            ? new()
            : throw Errors.NotFound("deployment object", request.Id);

    private static ApiError Refused(IReadOnlyList<ManifestFlaw> flaws) => flaws[0].IsTooLarge
        ? Errors.TooLarge("manifest_too_large", $"yaml {ManifestCheck.Tell(flaws)}")
        : Errors.Malformed("malformed_manifest", $"yaml {ManifestCheck.Tell(flaws)}");

    /// <summary>What a submission would come to, with every mistake and without storing anything.</summary>
    private async Task<Wire.DeploymentObject> CheckAsync(Guid stackId, string name, string yaml, ServerCallContext context)
    {
        var flaws = ManifestCheck.Find(yaml);
        if (flaws is [{ IsOfAll: true }])
            throw Refused(flaws);
        var stack = await FindStackAsync(stackId.ToString(), "stack_id", context);
        var newest = await objects.ListRevisionsAsync(stack.Id, name, new(1, null), context.CancellationToken);
        return new()
        {
            StackId = stack.Id.ToString(),
            Name = name,
            Revision = (newest is [var last, ..] ? last.Revision : 0) + 1,
            Problems =
            {
                flaws.Select(f => new Wire.ManifestProblem { Line = f.Line, Column = f.Column, Message = f.Message }),
            },
        };
    }

    private async Task<DeploymentObjectRow> FindObjectAsync(string id, string field, ServerCallContext context) =>
        await objects.FindAsync(Requests.Uuid(id, field), context.CancellationToken) ?? throw Errors.NotFound("deployment object", id);

    private async Task<StackRow> FindStackAsync(string id, string field, ServerCallContext context) =>
        await stacks.FindAsync(Requests.Uuid(id, field), context.CancellationToken) ?? throw Errors.NotFound("stack", id);
}
