using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;
using Brokkr.DemoCluster.Api.Objects;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Answers create, update, patch and delete. Watchers see what they change.</summary>
internal sealed class WriteApi(ObjectStore store, ApplyApi applies, DefinedKinds defined, TimeProvider clock)
{
    private const string NameAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    private const string JsonPatchType = "application/json-patch+json";

    private static readonly string[] BodyTypes = ["application/json"];

    private static readonly string[] PatchTypes =
        [JsonPatchType, "application/merge-patch+json", "application/strategic-merge-patch+json", ApplyApi.BodyType];

    public async Task CreateAsync(ApiCall call)
    {
        if (call.Kind.Namespaced && call.Path.Namespace is null)
        {
            await call.Http.AnswerAsync(KubeStatus.MethodNotAllowed);
            return;
        }
        var (sent, refusal) = await ReadBodyAsync(call, BodyTypes);
        refusal ??= ObjectEdits.Check(sent, call.Kind, call.Path);
        if (refusal is null && NameFor(sent!["metadata"]!.AsObject()) is not { Length: > 0 })
            refusal = KubeStatus.Invalid(call.Kind.Kind, "", "metadata.name", "Required value: name or generateName is required");
        await WriteAsync(call, 201, refusal, () =>
        {
            var json = sent!.AsObject();
            var name = NameFor(json["metadata"]!.AsObject())!;
            var created = InStoredForm(call, ObjectEdits.Create(json, call.Kind, call.Path, name, Guid.NewGuid(), clock.GetUtcNow()));
            return (StoredObject.KeyOf(call.Path.Namespace, name), current => current is null
                ? new(created)
                : Edit.Refuse(KubeStatus.AlreadyExists(call.Kind, name)));
        });
    }

    public async Task UpdateAsync(ApiCall call)
    {
        var (sent, refusal) = await ReadBodyAsync(call, BodyTypes);
        await WriteAsync(call, 200, refusal ?? ObjectEdits.Check(sent, call.Kind, call.Path), () =>
            (call.Key, current => Edited(call, current, _ => sent!.AsObject())));
    }

    public async Task PatchAsync(ApiCall call)
    {
        if (MediaType.OfBody(call.Http.Request.ContentType) == ApplyApi.BodyType)
        {
            await applies.ApplyAsync(call);
            return;
        }

        var (patch, refusal) = await ReadBodyAsync(call, PatchTypes);
        var isList = MediaType.OfBody(call.Http.Request.ContentType) == JsonPatchType;
        if (refusal is null && (isList ? patch is not JsonArray : patch is not JsonObject))
            refusal = KubeStatus.BadRequest($"error decoding patch: the body is no {(isList ? "list of operations" : "JSON object")}");
        await WriteAsync(call, 200, refusal, () => (call.Key, current => Edited(call, current, shown => Patched(shown, patch!))));
    }

    public async Task DeleteAsync(ApiCall call)
    {
        using var body = new MemoryStream();
        await call.Http.Request.Body.CopyToAsync(body, call.Aborted);
        var wish = ApiJson.TryParse(body.ToArray());
        var uid = ObjectEdits.Text(wish?["preconditions"]?["uid"]);
        var (gone, refusal) = store.Write(call.Kind, call.Key, Deleted, call.IsDryRun);
        if (gone is null)
        {
            await call.Http.AnswerAsync(refusal!);
            return;
        }

        if (!call.IsDryRun
            && (call.Query["propagationPolicy"].FirstOrDefault() ?? ObjectEdits.Text(wish?["propagationPolicy"])) != "Orphan")
            store.DeleteDependents(gone.Uid);
        if (!call.IsDryRun)
            defined.NoteEnd(call.Kind, gone);
        var details = KubeStatus.Naming(call.Kind, gone.Name);
        details["uid"] = gone.Uid;
        await call.Http.AnswerAsync(200, new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        });

        Edit Deleted(StoredObject? current) => current is null ? Missing(call)
            : uid is null || uid == current.Uid ? new(null)
            : Edit.Refuse(KubeStatus.WrongUid(call.Kind, current.Name, uid, current.Uid));
    }

    private Task WriteAsync(ApiCall call, int status, KubeStatus? refusal, Func<(string Key, Func<StoredObject?, Edit> Edit)> plan)
    {
        if (refusal is not null)
            return call.Http.AnswerAsync(refusal);
        var (key, edit) = plan();
        (var written, refusal) = store.Write(call.Kind, key, edit, call.IsDryRun);
        if (written is null)
            return call.Http.AnswerAsync(refusal!);
        if (!call.IsDryRun)
            defined.Note(call.Kind, written);
        return call.AnswerAsync(status, written);
    }

    private Edit Edited(ApiCall call, StoredObject? current, Func<JsonObject, JsonObject?> change)
    {
        if (current is null)
            return Missing(call);
        var shown = call.Kind.IsNewEvent ? EventTranslation.ToNew(current.ToJson()) : current.ToJson();
        if (change(shown.DeepClone().AsObject()) is not { } changed)
            return Edit.Refuse(KubeStatus.PatchRejected);
        var edit = ObjectEdits.Update(shown, changed, call.Kind, call.Path);
        if (edit.Next is null)
            return edit;
        if (call.Query["fieldManager"].FirstOrDefault() is { Length: > 0 } manager)
            ServerSideApply.NoteUpdate(shown, edit.Next, call.Kind.ApiVersion, manager, clock.GetUtcNow());
        return new(InStoredForm(call, edit.Next));
    }

    private static JsonObject? Patched(JsonObject target, JsonNode patch)
    {
        if (patch is JsonArray operations)
            return JsonPatches.TryApply(target, operations) ? target : null;
        JsonPatches.Merge(target, patch.AsObject());
        return target;
    }

    private static JsonObject InStoredForm(ApiCall call, JsonObject json) => call.Kind.IsNewEvent ? EventTranslation.ToCore(json) : json;

    private static Edit Missing(ApiCall call) => Edit.Refuse(KubeStatus.NotFound(call.Kind, call.Path.Name!));

    private static string? NameFor(JsonObject metadata)
    {
        if (ObjectEdits.Text(metadata["name"]) is not { Length: > 0 }
            && ObjectEdits.Text(metadata["generateName"]) is { Length: > 0 } start)
            metadata["name"] = start + RandomNumberGenerator.GetString(NameAlphabet, 5);
        return ObjectEdits.Text(metadata["name"]);
    }

    private static async Task<(JsonNode? Body, KubeStatus? Refusal)> ReadBodyAsync(ApiCall call, string[] types)
    {
        var type = MediaType.OfBody(call.Http.Request.ContentType);
        if (!types.Contains(type) && !(type.Length == 0 && types == BodyTypes))
            return (null, KubeStatus.UnsupportedMediaType(types));
        using var body = new MemoryStream();
        await call.Http.Request.Body.CopyToAsync(body, call.Aborted);
        return ApiJson.TryParse(body.ToArray()) is { } json
            ? (json, null)
            : (null, KubeStatus.BadRequest("the request body is no valid JSON"));
    }
}
