using System.Text;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Kinds;
using Brokkr.DemoCluster.Api.Objects;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Answers server-side apply.</summary>
internal sealed class ApplyApi(ObjectStore store, KindCatalog catalog, DefinedKinds defined, TimeProvider clock)
{
    public const string BodyType = "application/apply-patch+yaml";

    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build();

    private static readonly ISerializer Json = new SerializerBuilder().JsonCompatible().Build();

    public async Task ApplyAsync(ApiCall call)
    {
        using var body = new MemoryStream();
        await call.Http.Request.Body.CopyToAsync(body, call.Aborted);
        var sent = Read(body.ToArray());
        if (RefusalOf(call, sent) is { } refusal)
        {
            await call.Http.AnswerAsync(refusal);
            return;
        }

        var isNew = false;
        (var written, var refused) =
            store.Write(call.Kind, call.Key, current => Edited(call, isNew = current is null, current, sent!), call.IsDryRun);
        if (written is null)
        {
            await call.Http.AnswerAsync(refused!);
            return;
        }

        if (!call.IsDryRun)
            defined.Note(call.Kind, written);
        await call.AnswerAsync(isNew ? 201 : 200, written);
    }

    private KubeStatus? RefusalOf(ApiCall call, JsonObject? sent)
    {
        if (sent is null)
            return KubeStatus.BadRequest("error decoding YAML: the body is no object");
        if (string.IsNullOrEmpty(call.Query["fieldManager"]))
            return KubeStatus.Invalid("PatchOptions.meta.k8s.io", "", "fieldManager", "Required value: is required for apply patch");
        if (ObjectEdits.Check(sent, call.Kind, call.Path) is { } refusal)
            return refusal;
        // A real cluster always has this one; a recording need not.
        if (call.Path.Namespace is { } ns and not "default" && catalog.Find("", "v1", "namespaces") is { } namespaces
            && store.Find(namespaces, ns) is null)
            return KubeStatus.NotFound(namespaces, ns);
        return ServerSideApply.Check(sent, call.Kind, call.Path);
    }

    private Edit Edited(ApiCall call, bool isNew, StoredObject? current, JsonObject sent)
    {
        var there = isNew
            ? ObjectEdits.Create(
                new() { ["metadata"] = new JsonObject() }, call.Kind, call.Path, call.Path.Name!, Guid.NewGuid(), clock.GetUtcNow())
            : current!.ToJson();
        var edit = ServerSideApply.Apply(there, sent, call.Kind.ApiVersion, call.Query["fieldManager"]!,
            ApiVerb.IsTrue(call.Query["force"]), clock.GetUtcNow());
        if (edit.Next is not { } next)
            return edit;
        if (!isNew)
            return ObjectEdits.Update(there, next, call.Kind, call.Path);
        if (call.Kind.HasGeneration && next.ContainsKey("spec"))
            next["metadata"]!["generation"] = 1;
        return new(next);
    }

    private static JsonObject? Read(byte[] body)
    {
        if (ApiJson.TryParse(body) is { } json)
            return json as JsonObject;
        try
        {
            return Yaml.Deserialize<object?>(Encoding.UTF8.GetString(body)) is { } read
                ? ApiJson.TryParse(Encoding.UTF8.GetBytes(Json.Serialize(read))) as JsonObject
                : null;
        }
        catch (YamlException)
        {
            return null;
        }
    }
}
