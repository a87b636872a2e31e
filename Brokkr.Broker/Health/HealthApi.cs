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
internal sealed class HealthApi(ReportQueue reports, HealthStore health, FleetHealthStore fleet, GroupStore groups, ChangeStore changes,
    HistoryStore history, StackStore stacks, AgentStore agents, ReportMetrics metrics, AgentChanges agentChanges, TimeProvider clock)
    : Wire.HealthService.HealthServiceBase
{
    [Authorize(Policies.Agent)]
    public override async Task<Wire.ReportHealthResponse> ReportHealth(Wire.ReportHealthRequest request, ServerCallContext context)
    {
        var agentId = context.CallerAgentId(request.AgentId);
        var isAhead = request.CheckedAt is { } at && Moments.Bound(at, clock.GetUtcNow());
        var number = ReportCheck.NumberOf(request);
        var budget = new RedactionBudget();
        foreach (var item in request.DeploymentObjects.Where(i => i.Summary is not null))
            WireCleaner.Clean(item.Summary, budget);
        var (rows, rejected) = ReportCheck.Of(request.DeploymentObjects, clock.GetUtcNow());

        var outcome = rows.Count == 0 && number is null
            ? ReportOutcome.Nothing
            : await reports.SaveAsync(new(agentId, number, rows), context.CancellationToken)
            ?? throw Errors.Precondition("session_unknown",
            "The broker does not know this session, or another took its place: start a session and report everything.");
        if (outcome.Noticed is { } noticed)
            agentChanges.Tell(noticed);
        var refused = outcome.Saved.Where(s => s.Reason is not null)
            .Select(s => new Wire.RejectedReport { Id = s.Id.ToString(), Reason = s.Reason }).ToList();
        var changed = outcome.Saved.Count(s => s.Changed);
        metrics.Skewed((isAhead ? 1 : 0) + rows.Count(r => r.IsAhead));
        foreach (var saved in outcome.Saved.Where(s => s.Summarized > 0))
            metrics.Summarized(saved.Summarized, saved.IsOverBudget);
        metrics.Reported(changed, outcome.Saved.Count - refused.Count - changed, rejected.Count + refused.Count);
        return new()
        {
            Accepted = outcome.Saved.Count(s => s.Reason is null),
            Rejected = { rejected, refused },
            Missing = { outcome.Missing.Select(id => id.ToString()) },
        };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.DeploymentObjectHealth> GetDeploymentObjectHealth(
        Wire.GetDeploymentObjectHealthRequest request, ServerCallContext context)
    {
        var (id, agentId) = (Requests.Uuid(request.Id, "id"), Requests.UuidOrNull(request.AgentId, "agent_id"));
        var after = AgentVerdictKey.Of(request.AgentsPageToken, id);
        var verdicts = await health.ReadObjectAsync(id, context.CancellationToken, agentId, after: after)
            ?? throw Errors.NotFound("deployment object", request.Id);
        var rolled = HealthRollup.ByObject(verdicts).Single();
        return new()
        {
            DeploymentObjectId = rolled.Id,
            Status = rolled.Status,
            Summary = rolled.Summary,
            CheckedAt = rolled.CheckedAt,
            Name = rolled.Name,
            StackId = rolled.StackId,
            Agents = { rolled.Agents },
            Since = rolled.Since,
            RollingOut = rolled.RollingOut,
            AgentsTotal = rolled.AgentsTotal,
            AgentsPageToken = rolled.AgentsPageToken,
        };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.StackHealth> GetStackHealth(Wire.GetStackHealthRequest request, ServerCallContext context)
    {
        var page = Page.Of<PlaceKey>(request.PageSize, request.PageToken, allByDefault: true);
        var stack = await stacks.FindAsync(Requests.Uuid(request.Id, "id"), context.CancellationToken)
            ?? throw Errors.NotFound("stack", request.Id);
        var (verdicts, counts) = await health.ReadStackAsync(stack.Id, page, context.CancellationToken);
        var objects = HealthRollup.ByObject(verdicts).ToList();
        var next = page.Cut(objects, o => new(Guid.Parse(o.StackId), o.Name));
        return new()
        {
            StackId = stack.Id.ToString(),
            Name = stack.Name,
            OverallStatus = counts.Worst,
            DeploymentObjects = { objects },
            NextPageToken = next,
        };
    }

    [Authorize(Policies.Anyone)]
    [MayLag]
    public override async Task<Wire.AgentHealth> GetAgentHealth(Wire.GetAgentHealthRequest request, ServerCallContext context)
    {
        var id = context.CallerIs(PakRole.Agent) ? context.CallerAgentId(request.Id) : Requests.Uuid(request.Id, "id");
        var page = Page.Of<PlaceKey>(request.PageSize, request.PageToken, allByDefault: true);
        var agent = await agents.FindAsync(id, context.CancellationToken) ?? throw Errors.NotFound("agent", request.Id);
        var (rows, counts) = await health.ReadAgentAsync(agent.Id, page, context.CancellationToken);
        var objects = HealthRollup.ByObject(new(rows, [])).ToList();
        var next = page.Cut(objects, o => new(Guid.Parse(o.StackId), o.Name));
        return new()
        {
            AgentId = agent.Id.ToString(),
            Name = agent.Name,
            LastSeenAt = agent.LastSeenAt?.ToTimestamp(),
            OverallStatus = counts.Worst,
            DeploymentObjects = { objects },
            NextPageToken = next,
        };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListHealthResponse> ListHealth(Wire.ListHealthRequest request, ServerCallContext context)
    {
        var filter = HealthFilter.Of(request);
        var page = Page.Of<VerdictKey>(request.PageSize, request.PageToken);
        if (page.After?.IsOf(filter.Order) == false)
            throw Page.OtherOrder();
        var list = await fleet.ListAsync(filter, page, context.CancellationToken);
        var next = page.Cut(list.Rows, r => VerdictKey.Of(r, filter.Order));
        return new()
        {
            DeploymentObjects = { list.Rows.Select(r => r.ToPlaced()) },
            Counts = list.Counts.ToWire(),
            CountsAtLeast = list.Counts.IsAtLeast,
            Facets = list.Facets?.ToWire(),
            NextPageToken = next,
        };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListGroupsResponse> ListGroups(Wire.ListGroupsRequest request, ServerCallContext context)
    {
        var page = Page.Of<GroupKey>(request.PageSize, request.PageToken);
        var rows = await groups.ListAsync(HealthFilter.Of(request), page, context.CancellationToken);
        var next = page.Cut(rows, r => GroupKey.Of(r.Group));
        return new()
        {
            Groups = { rows.Select(r => r.Group.ToWire(r.Example)) },
            AtLeast = rows is [var (first, _), ..] && first.Seen > GroupStore.MostRows,
            NextPageToken = next,
        };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListChangesResponse> ListChanges(Wire.ListChangesRequest request, ServerCallContext context)
    {
        var page = Page.Of<ChangeKey>(request.PageSize, request.PageToken);
        var rows = await changes.ListAsync(ChangeFilter.Of(request), page, context.CancellationToken);
        var next = page.Cut(rows, r => new(r.At, r.Id, r.AgentId, r.DeploymentObjectId));
        return new() { Changes = { rows.Select(r => r.ToChange()) }, NextPageToken = next };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListHealthHistoryResponse> ListHealthHistory(Wire.ListHealthHistoryRequest request,
        ServerCallContext context)
    {
        var page = Page.Of<TransitionKey>(request.PageSize, request.PageToken);
        var id = Requests.Uuid(request.Id, "id");
        var agentId = Requests.UuidOrNull(request.AgentId, "agent_id");
        var rows = await history.ListAsync(id, agentId, page, context.CancellationToken);
        if (rows.Count == 0 && !await health.ExistsAsync(id, context.CancellationToken))
            throw Errors.NotFound("deployment object", request.Id);
        var next = page.Cut(rows, r => new(r.At, r.Id, r.AgentId));
        return new() { Transitions = { rows.Select(r => r.ToWire()) }, NextPageToken = next };
    }
}
