using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Recordings;

namespace Brokkr.DemoCluster.Api.Discovery;

/// <summary>Answers who asks what they may do in a namespace: as recorded, or without what was forbidden.</summary>
internal sealed class RulesReview(KindCatalog catalog, DemoClusterFaults faults, Recording recording)
{
    private readonly byte[] _recorded = recording.Exchange("selfsubjectrulesreview.http").Body;

    public async Task AnswerAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var ns = ApiJson.TryParse(body.ToArray())?["spec"]?["namespace"]?.ToString() ?? "";
        if (faults.AllowsEverything)
            await http.AnswerAsync(201, _recorded);
        else if (ns.Length == 0)
            await http.AnswerAsync(KubeStatus.BadRequest("no namespace on request"));
        else
            await http.AnswerAsync(201, Without(ns));
    }

    private byte[] Without(string ns)
    {
        var review = ApiJson.Parse(_recorded);
        var rules =
            catalog.Kinds.SelectMany(k => k.Subresources.Select(s => (string?)s.Name).Prepend(null), (k, part) => (Kind: k, Part: part))
            .Where(r => !faults.Denies(r.Kind, r.Part, ns))
            .Select(r => (JsonNode)new JsonObject
            {
                ["verbs"] = Words(r.Part is null ? r.Kind.Verbs : r.Kind.Subresources.First(s => s.Name == r.Part).Verbs),
                ["apiGroups"] = Words([r.Kind.Group]),
                ["resources"] = Words([r.Part is null ? r.Kind.Plural : $"{r.Kind.Plural}/{r.Part}"]),
            });
        review["status"]!["resourceRules"] = new JsonArray([.. rules]);
        return ApiJson.Bytes(review);
    }

    private static JsonArray Words(IEnumerable<string> words) => new([.. words.Select(w => (JsonNode)w)]);
}
