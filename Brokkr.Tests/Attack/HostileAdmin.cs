using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Brokkr.Tests.Attack;

/// <summary>Submits manifests that nobody writes by accident, and has all done with them that can be done with manifests.</summary>
internal sealed class HostileAdmin(Prey prey, Random random, Func<HttpRequestMessage, Task<string?>> send)
{
    public async Task StepAsync()
    {
        var submission = $$"""{"name":"m{{random.Next(3)}}","yaml":{{HostileText.Quoted(HostileYaml.Next(random))}}""";
        await SendAsync(HttpMethod.Post, $"stacks/{prey.Ids[0]}/deployment-objects", $"{submission},\"validate_only\":true}}");
        if (await SendAsync(HttpMethod.Post, $"stacks/{prey.Ids[0]}/deployment-objects", $"{submission}}}") is not { } added)
            return;
        var id = (string)JsonNode.Parse(added)!["id"]!;
        foreach (var path in (string[])["", "/diff", $"/diff?base={prey.Objects[0]}", "/health"])
            await SendAsync(HttpMethod.Get, $"deployment-objects/{id}{path}");
        await SendAsync(HttpMethod.Get, $"agents/{prey.AgentId}/target-state", pak: prey.AgentPak);
        await SendAsync(HttpMethod.Post, $"deployment-objects/{prey.Objects[0]}/rollback", "{}");
        await SendAsync(HttpMethod.Delete, $"deployment-objects/{id}");
    }

    private Task<string?> SendAsync(HttpMethod method, string path, string? json = null, string? pak = null)
    {
        var request = new HttpRequestMessage(method, $"/api/v1/{path}")
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", pak ?? prey.AdminPak);
        return send(request);
    }
}
