using System.Security.Claims;
using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Grpc.Core;

namespace Brokkr.Broker.Auth;

/// <summary>Who calls, taken from the key and from nothing else.</summary>
internal static class Caller
{
    private const string AgentIdType = "agent_id";

    private const string PakIdType = "pak_id";

    /// <summary>The caller that a key stands for. Never changed afterwards, so calls may share it.</summary>
    public static ClaimsPrincipal Of(ActivePakRow pak)
    {
        var claims = new List<Claim>
        {
            new(ClaimTypes.Name, pak.Name), new(ClaimTypes.Role, PakWords.RoleOf(pak.Role).ToString()), new(PakIdType, pak.Id),
        };
        if (pak.AgentId is { } agentId)
            claims.Add(new(AgentIdType, agentId.ToString()));
        return new(new ClaimsIdentity(claims, PakAuthentication.SchemeName));
    }

    /// <summary>What the audit trail keeps of the call.</summary>
    public static Actor CallerActor(this ServerCallContext context) => context.GetHttpContext().CallerActor();

    /// <inheritdoc cref="CallerActor(ServerCallContext)"/>
    public static Actor CallerActor(this HttpContext context) => new(
        context.User.PakId() ?? "", context.User.Identity?.Name ?? "",
        RoleOf(context.User), AddressOf(context));

    /// <summary>The role of whoever calls, as it is stored; empty where nobody is known.</summary>
    public static string RoleOf(ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.Role) is { } role ? PakWords.Of(Enum.Parse<PakRole>(role)) : "";

    /// <summary>Where a call comes from: the connection's other end, or what a trusted proxy says it was.</summary>
    public static string AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        return $"{(address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)}";
    }

    /// <summary>The key that a call was made with; null where there is none in force.</summary>
    public static string? PakId(this ClaimsPrincipal user) => user.FindFirstValue(PakIdType);

    /// <summary>The key that a call was made with. The method must be closed to callers without one.</summary>
    public static string CallerPakId(this ServerCallContext context) => context.User().PakId()!;

    public static bool CallerIs(this ServerCallContext context, PakRole role) => context.User().IsInRole(role.ToString());

    /// <summary>The calling agent. The method must be closed to every other role.</summary>
    public static Guid CallerAgentId(this ServerCallContext context) =>
        Guid.Parse(context.User().FindFirstValue(AgentIdType)
            ?? throw Errors.PermissionDenied("Only an agent may call this: use an agent's PAK."));

    /// <summary>The calling agent, which must be the one that the request names.</summary>
    public static Guid CallerAgentId(this ServerCallContext context, string requested)
    {
        var caller = context.CallerAgentId();
        return Requests.Uuid(requested, "agent_id") == caller
            ? caller
            : throw Errors.PermissionDenied("An agent may only act for itself: agent_id must be the agent that the PAK belongs to.");
    }

    private static ClaimsPrincipal User(this ServerCallContext context) => context.GetHttpContext().User;
}
