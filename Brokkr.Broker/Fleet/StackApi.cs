using System.Text;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Brokkr.Contracts.Manifests;
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
        RequireManifests(request.Yaml);
        var added = await objects.AddAsync(stackId, name, request.Yaml, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.NotFound("stack", request.StackId);
        added.Yaml = request.Yaml;
        return added.ToWire();
    }

    [Authorize(Policies.Reader)]
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
        var row = await objects.FindAsync(Requests.Uuid(request.Id, "id"), context.CancellationToken)
            ?? throw Errors.NotFound("deployment object", request.Id);
        await audit.AddReadAsync(
            context.CallerActor(), "get_deployment_object", row.Id, row.Name, $"{row.StackId}", context.CancellationToken);
        return row.ToWire();
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.DeleteDeploymentObjectResponse> DeleteDeploymentObject(
        Wire.DeleteDeploymentObjectRequest request, ServerCallContext context) =>
        await objects.DeleteAsync(Requests.Uuid(request.Id, "id"), context.CallerActor(), context.CancellationToken)
            ? new()
            : throw Errors.NotFound("deployment object", request.Id);

    private static void RequireManifests(string yaml)
    {
        if (Encoding.UTF8.GetByteCount(yaml) > Limits.ManifestBytes)
            throw Errors.TooLarge("manifest_too_large",
                $"yaml is larger than {Limits.ManifestBytes} bytes: split it into several deployment objects.");
        if (yaml.Contains('\0', StringComparison.Ordinal))
            throw Errors.Malformed("malformed_manifest", "yaml holds a NUL character: remove it.");
        try
        {
            ManifestReader.Read(yaml);
        }
        catch (ManifestException e)
        {
            throw Errors.Malformed("malformed_manifest", $"yaml cannot be read at line {e.Line}, column {e.Column}: {e.Message}.");
        }
    }

    private async Task<StackRow> FindStackAsync(string id, string field, ServerCallContext context) =>
        await stacks.FindAsync(Requests.Uuid(id, field), context.CancellationToken) ?? throw Errors.NotFound("stack", id);
}
