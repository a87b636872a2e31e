using System.Collections.Concurrent;
using System.Text.Json;
using Brokkr.Contracts;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;

namespace Brokkr.Broker.Auth;

/// <summary>What each role may call, read off the endpoints themselves, so that it is what they enforce.</summary>
internal sealed class Permissions(EndpointDataSource endpoints, IAuthorizationPolicyProvider policies)
{
    private readonly ConcurrentDictionary<PakRole, string[]> _byRole = [];

    /// <summary>The methods that a role may call, in the words of the audit trail, in alphabetical order.</summary>
    public async Task<IReadOnlyList<string>> OfAsync(PakRole role)
    {
        if (_byRole.TryGetValue(role, out var known))
            return known;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints.Endpoints)
        {
            if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is not { } method
                || endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy is not { } name)
                continue;
            var policy = await policies.GetPolicyAsync(name);
            if (policy!.Requirements.OfType<RolesAuthorizationRequirement>().All(r => r.AllowedRoles.Contains(role.ToString())))
                names.Add(JsonNamingPolicy.SnakeCaseLower.ConvertName(method.Method.Name));
        }

        return _byRole[role] = [.. names];
    }
}
