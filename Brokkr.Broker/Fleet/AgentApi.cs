using Brokkr.Broker.Auth;
using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Brokkr.Contracts.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;

namespace Brokkr.Broker.Fleet;

/// <summary>The gRPC and JSON face of agents: checks the request, asks the stores, maps the answer.</summary>
internal sealed class AgentApi(
    AgentStore agents, TargetStore targets, SessionStore sessions, AgentFactStore facts, PakStore paks, Staleness staleness,
    ILogger<AgentApi> log)
    : Wire.AgentService.AgentServiceBase
{
    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.CreateAgentResponse> CreateAgent(Wire.CreateAgentRequest request, ServerCallContext context)
    {
        var name = Requests.Name(request.Name, "name");
        var pak = Pak.Create(PakRole.Agent);
        var agent = await agents.AddAsync(name, pak, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.AlreadyExists("agent_exists", $"There is an agent named {name} already: choose another name.");
        return new() { Agent = agent.ToWire(), Pak = pak.Reveal() };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.ListAgentsResponse> ListAgents(Wire.ListAgentsRequest request, ServerCallContext context)
    {
        var filter = AgentFilter.Of(request);
        var page = Page.Of<AgentKey>(request.PageSize, request.PageToken);
        if (page.After?.IsOf(filter.Order) == false)
            throw Page.OtherOrder();
        var rows = await agents.ListAsync(filter, page, context.CancellationToken);
        var counts = await agents.CountAsync(filter, context.CancellationToken);
        var next = page.Cut(rows, r => AgentKey.Of(r, filter.Order));
        return new() { NextPageToken = next, Agents = { rows.Select(r => r.ToWire()) }, Counts = counts.ToWire() };
    }

    [Authorize(Policies.Reader)]
    [MayLag]
    public override async Task<Wire.Agent> GetAgent(Wire.GetAgentRequest request, ServerCallContext context) =>
        (await FindAsync(request.Id, context)).ToWire();

    [Authorize(Policies.Admin)]
    public override async Task<Wire.DeleteAgentResponse> DeleteAgent(Wire.DeleteAgentRequest request, ServerCallContext context) =>
        await agents.DeleteAsync(Requests.Uuid(request.Id, "id"), context.CallerActor(), context.CancellationToken)
            ? new()
            : throw Errors.NotFound("agent", request.Id);

    [Answers(StatusCodes.Status201Created)]
    [Authorize(Policies.Admin)]
    public override async Task<Wire.RotateAgentPakResponse> RotateAgentPak(Wire.RotateAgentPakRequest request, ServerCallContext context)
    {
        var (id, overlap) =
            (Requests.Uuid(request.Id, "id"), AccessApi.Overlap(request.HasValidOldForMinutes ? request.ValidOldForMinutes : null));
        var successor = Pak.Create(PakRole.Agent);
        var oldExpiresAt = await paks.RotateOfAgentAsync(id, successor, overlap, context.CallerActor(), context.CancellationToken)
            ?? throw Errors.NotFound("agent", request.Id);
        return new() { PakId = successor.Id, Pak = successor.Reveal(), OldExpiresAt = oldExpiresAt.ToTimestamp() };
    }

    [Authorize(Policies.Admin)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.Target> AddTarget(Wire.AddTargetRequest request, ServerCallContext context)
    {
        var (agentId, stackId) = (Requests.Uuid(request.Id, "id"), Requests.Uuid(request.StackId, "stack_id"));
        if (await targets.AddAsync(agentId, stackId, context.CallerActor(), context.CancellationToken) is not { } target)
        {
            await FindAsync(request.Id, context);
            throw Errors.NotFound("stack", request.StackId);
        }

        return target.ToWire();
    }

    [Authorize(Policies.Admin)]
    [MayLag]
    public override async Task<Wire.ListTargetsResponse> ListTargets(Wire.ListTargetsRequest request, ServerCallContext context)
    {
        var page = Page.Of<NameKey>(request.PageSize, request.PageToken);
        var agent = await FindAsync(request.Id, context);
        var rows = await targets.ListAsync(agent.Id, page.After?.Name ?? "", page.Fetch, context.CancellationToken);
        return new() { NextPageToken = page.Cut(rows, r => new(r.StackName)), Targets = { rows.Select(r => r.ToWire()) } };
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.RemoveTargetResponse> RemoveTarget(Wire.RemoveTargetRequest request, ServerCallContext context)
    {
        var (agentId, stackId) = (Requests.Uuid(request.Id, "id"), Requests.Uuid(request.StackId, "stack_id"));
        return await targets.RemoveAsync(agentId, stackId, context.CallerActor(), context.CancellationToken)
            ? new()
            : throw Errors.NotFound("target", request.StackId);
    }

    [Authorize(Policies.Agent)]
    [Answers(StatusCodes.Status201Created)]
    public override async Task<Wire.Session> StartSession(Wire.StartSessionRequest request, ServerCallContext context)
    {
        var agentId = context.CallerAgentId(request.AgentId);
        var interval = request.ReportIntervalSeconds == 0 ? Limits.DefaultReportIntervalSeconds : request.ReportIntervalSeconds;
        if (interval is < 1 or > Limits.ReportIntervalSeconds)
            throw Errors.Invalid("report_interval_seconds", $"must be between 1 and {Limits.ReportIntervalSeconds}.");
        var version = Word(request.AgentVersion, "agent_version");
        var kubernetes = Word(request.KubernetesVersion, "kubernetes_version");
        var cluster = Word(request.ClusterId, "cluster_id");
        var epoch = await sessions.StartAsync(agentId, interval, version, kubernetes, cluster, context.CancellationToken)
            ?? throw Errors.NotFound("agent", request.AgentId);
        return new()
        {
            Epoch = epoch,
            ReportIntervalSeconds = interval,
            StaleAfterSeconds = staleness.SecondsOf(interval),
        };
    }

    [Authorize(Policies.Agent)]
    public override async Task<Wire.TargetState> GetTargetState(Wire.GetTargetStateRequest request, ServerCallContext context)
    {
        var agentId = context.CallerAgentId(request.AgentId);
        var token = Page.KeyOf<TargetStateKey>(request.PageToken);
        var page = await targets.ReadAsync(agentId, request.KnownRevision, token, Limits.TargetStatePageBytes, context.CancellationToken);
        var (revision, state) = (page.State.Revision, page.State);
        if (token is null && request.KnownRevision == revision)
            return new() { Revision = revision, Unchanged = true, Number = state.Number, ConfirmedNumber = state.ConfirmedNumber };
        if (token is not null && token.Revision != revision)
            throw Errors.Conflict("target_state_changed", "The target state changed between two pages: begin again without a page_token.");

        return new()
        {
            Revision = revision,
            Number = state.Number,
            ConfirmedNumber = state.ConfirmedNumber,
            DeploymentObjects = { page.Rows.Select(r => r.ToTarget()) },
            NextPageToken = page.IsLast ? "" : Page.TokenOf(new TargetStateKey(revision, page.Rows[^1].Id)),
        };
    }

    [Authorize(Policies.Agent)]
    public override async Task<Wire.ReportAgentFactsResponse> ReportAgentFacts(Wire.ReportAgentFactsRequest request,
        ServerCallContext context)
    {
        var agentId = context.CallerAgentId(request.AgentId);
        FactCheck.Require(request);
        var held = request.DeletionHeld;
        var isNew = await facts.SaveAsync(agentId, held?.Count, held?.Number, FactCheck.RightsOf(request), context.CallerActor(),
            context.CancellationToken) ?? throw Errors.NotFound("agent", request.AgentId);
        if (isNew)
            FleetLog.DeletionHeld(log, agentId, held!.Count, held.Number);
        return new();
    }

    [Authorize(Policies.Admin)]
    public override async Task<Wire.Agent> ConfirmDeletion(Wire.ConfirmDeletionRequest request, ServerCallContext context)
    {
        var agent = await FindAsync(request.Id, context);
        long? number = request.HasNumber ? request.Number : null;
        return await facts.ConfirmDeletionAsync(agent.Id, number, context.CallerActor(), context.CancellationToken)
            ? agent.ToWire()
            : throw Errors.Precondition("no_deletion_held", number is null || agent.DeletionHeldNumber is null
                ? "The agent holds no deletion back: there is nothing to confirm."
                : $"The agent holds a deletion back for target state {agent.DeletionHeldNumber} by now: look at it again.");
    }

    private static string Word(string text, string field) => text.Length <= Limits.VersionLength
        ? Echo.Of(text, Limits.VersionLength)
        : throw Errors.Invalid(field, $"must have at most {Limits.VersionLength} characters.");

    private async Task<AgentRow> FindAsync(string id, ServerCallContext context) =>
        await agents.FindAsync(Requests.Uuid(id, "id"), context.CancellationToken) ?? throw Errors.NotFound("agent", id);
}
