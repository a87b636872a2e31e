using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Brokkr.Tests.Charts;

/// <summary>The manifests hold the fields that Kubernetes knows and no others: a misspelt one is dropped or refused by a real API server.</summary>
public sealed class KubernetesTypeTests
{
    /// <summary>What other projects define: their types come with no client library.</summary>
    private static readonly string[] Foreign = ["monitoring.coreos.com/v1", "cert-manager.io/v1", "gateway.networking.k8s.io/v1"];

    private static readonly JsonSerializerOptions Strict = new() { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    private static readonly Dictionary<(string ApiVersion, string Kind), Type> Types = typeof(V1Pod).Assembly.GetTypes()
        .Select(t => (Type: t, Entity: t.GetCustomAttribute<KubernetesEntityAttribute>()))
        .Where(t => t.Entity is not null)
        .GroupBy(t => (t.Entity!.Group is { Length: > 0 } group ? $"{group}/{t.Entity.ApiVersion}" : t.Entity.ApiVersion, t.Entity.Kind))
        .ToDictionary(g => g.Key, g => g.First().Type);

    public static TheoryData<string, string> Cases => ChartCase.Names(ChartCase.All);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_field_is_one_that_kubernetes_knows(string chart, string name)
    {
        var rendered = await ChartRenderer.RenderAsync(ChartCase.Find(chart, name));

        var known = rendered.Objects.Where(o => !Foreign.Contains((string)o["apiVersion"]!)).ToList();

        known.Should().HaveCountGreaterThan(1);
        foreach (var manifest in known)
        {
            var type = Types.Should().ContainKey(((string)manifest["apiVersion"]!, (string)manifest["kind"]!)).WhoseValue;
            manifest.Invoking(m => m.Deserialize(type, Strict)).Should().NotThrow($"{manifest["kind"]} {manifest.Name()}");
        }
    }

    [Fact]
    public void A_field_that_kubernetes_does_not_know_is_noticed() =>
        JsonNode.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","spec":{"template":{"spec":{"automountServiceAccountTokens":true}}}}""")!
            .Invoking(m => m.Deserialize(Types[("apps/v1", "Deployment")], Strict)).Should().Throw<JsonException>();
}
