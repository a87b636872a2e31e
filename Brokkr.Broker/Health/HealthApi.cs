using Brokkr.Broker.Auth;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Brokkr.Broker.Health;

/// <summary>The gRPC and JSON face of health: checks the request, asks the store, maps the answer.</summary>
internal sealed class HealthApi(HealthStore health, StackStore stacks, AgentStore agents, HealthOptions options)
    : Wire.HealthService.HealthServiceBase
{
    [Authorize(Policies.Agent)]
    public override async Task<Wire.ReportHealthResponse> ReportHealth(Wire.ReportHealthRequest request, ServerCallContext context)
    {
        var agentId = context.CallerAgentId(request.AgentId);
        if (request.DeploymentObjects.Count > Limits.ReportItems)
            throw Errors.Invalid("deployment_objects", $"holds more than {Limits.ReportItems} items: split the report.");
        foreach (var item in request.DeploymentObjects.Where(i => i.Summary is not null))
            WireCleaner.Clean(item.Summary);
        var (rows, rejected) = ReportCheck.Of(request.DeploymentObjects);

        var response = new Wire.ReportHealthResponse { Rejected = { rejected } };
        foreach (var saved in rows.Count == 0 ? [] : await health.SaveAsync(agentId, rows, context.CancellationToken))
        {
            if (saved.Stored)
                response.Accepted++;
            else
                response.Rejected.Add(new Wire.RejectedReport { Id = saved.Id.ToString(), Reason = saved.Permitted ? "older_than_stored" : "not_found" });
        }

        return response;
    }

    [Authorize(Policies.Reader)]
    public override async Task<Wire.DeploymentObjectHealth> GetDeploymentObjectHealth(
        Wire.GetDeploymentObjectHealthRequest request, ServerCallContext context)
    {
        var rows = await health.ReadObjectAsync(Requests.Uuid(request.Id, "id"), context.CancellationToken);
        if (rows.Count == 0)
            throw Errors.NotFound("deployment object", request.Id);
        var rolled = HealthRollup.Of(rows, options.StaleAfter);
        return new()
        {
            DeploymentObjectId = rolled.Id,
            Status = rolled.Status,
            Summary = rolled.Summary,
            CheckedAt = rolled.CheckedAt,
            Name = rolled.Name,
            StackId = rolled.StackId,
            Agents = { rolled.Agents },
        };
    }

    [Authorize(Policies.Reader)]
    public override async Task<Wire.StackHealth> GetStackHealth(Wire.GetStackHealthRequest request, ServerCallContext context)
    {
        var page = HealthPage.Of(request.PageSize, request.PageToken);
        var stack = await stacks.FindAsync(Requests.Uuid(request.Id, "id"), context.CancellationToken) ?? throw Errors.NotFound("stack", request.Id);
        var all = RollUp(await health.ReadStackAsync(stack.Id, context.CancellationToken));
        var (shown, next) = page.Cut(all);
        return new()
        {
            StackId = stack.Id.ToString(),
            Name = stack.Name,
            OverallStatus = HealthRollup.Worst(all.Where(o => o.Agents.Count > 0).Select(o => o.Status)),
            DeploymentObjects = { shown },
            NextPageToken = next,
        };
    }

    [Authorize(Policies.Anyone)]
    public override async Task<Wire.AgentHealth> GetAgentHealth(Wire.GetAgentHealthRequest request, ServerCallContext context)
    {
        var id = context.CallerIs(PakRole.Agent) ? context.CallerAgentId(request.Id) : Requests.Uuid(request.Id, "id");
        var page = HealthPage.Of(request.PageSize, request.PageToken);
        var agent = await agents.FindAsync(id, context.CancellationToken) ?? throw Errors.NotFound("agent", request.Id);
        var all = RollUp(await health.ReadAgentAsync(agent.Id, context.CancellationToken));
        var (shown, next) = page.Cut(all);
        return new()
        {
            AgentId = agent.Id.ToString(),
            Name = agent.Name,
            LastSeenAt = agent.LastSeenAt?.ToTimestamp(),
            OverallStatus = HealthRollup.Worst(all.Select(o => o.Status)),
            DeploymentObjects = { shown },
            NextPageToken = next,
        };
    }

    private List<Wire.ListedHealth> RollUp(IEnumerable<VerdictRow> rows) =>
        [.. rows.GroupBy(r => r.Id).Select(g => HealthRollup.Of([.. g], options.StaleAfter))];
}
