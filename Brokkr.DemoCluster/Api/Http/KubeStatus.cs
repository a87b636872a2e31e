using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Kinds;

namespace Brokkr.DemoCluster.Api.Http;

/// <summary>A refusal in an API server's words.</summary>
internal sealed record KubeStatus(int Code, string? Reason, string Message, JsonObject? Details = null, string? Continue = null)
{
    public static readonly KubeStatus Unauthorized = new(401, "Unauthorized", "Unauthorized");

    public static readonly KubeStatus MethodNotAllowed =
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static readonly KubeStatus NotAcceptable =
        new(406, "NotAcceptable", "only the following media types are accepted: application/json");

    public static KubeStatus NoSuchSubresource => new(404, "NotFound", "the server could not find the requested resource", []);

    public static KubeStatus TooManyRequests => new(
        429, "TooManyRequests", "the server has received too many requests and has asked us to try again later",
        new() { ["retryAfterSeconds"] = 1 });

    public static KubeStatus BadRequest(string message) => new(400, "BadRequest", message);

    public static KubeStatus NotFound(ResourceKind kind, string name) =>
        new(404, "NotFound", $"{kind.QualifiedPlural} \"{name}\" not found", Naming(kind, name));

    public static KubeStatus AlreadyExists(ResourceKind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.QualifiedPlural} \"{name}\" already exists", Naming(kind, name));

    public static KubeStatus Conflict(ResourceKind kind, string name) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {kind.QualifiedPlural} \"{name}\": the object has been modified; please apply your changes to "
        + "the latest version and try again",
        Naming(kind, name));

    public static KubeStatus WrongUid(ResourceKind kind, string name, string wanted, string found) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {kind.QualifiedPlural} \"{name}\": the UID in the precondition ({wanted}) does not match the "
        + $"UID in record ({found}). The object might have been deleted and then recreated",
        Naming(kind, name));

    public static KubeStatus Invalid(string kind, string name, string field, string message) => new(
        422,
        "Invalid",
        $"{kind} \"{name}\" is invalid: {field}: {message}",
        new()
        {
            ["name"] = name,
            ["kind"] = kind,
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "FieldValueInvalid", ["message"] = message, ["field"] = field }),
        });

    public static KubeStatus PatchRejected => new(422, "Invalid", "the server rejected our request due to an error in our request", []);

    public static KubeStatus UnsupportedMediaType(params string[] accepted) => new(
        415,
        "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");

    public static KubeStatus Forbidden(string user, string verb, ResourceKind kind, ApiPath path)
    {
        var named = path.Name is null ? "" : $" \"{path.Name}\"";
        var resource = path.Subresource is null ? kind.Plural : $"{kind.Plural}/{path.Subresource}";
        var scope = path.Namespace is null ? "at the cluster scope" : $"in the namespace \"{path.Namespace}\"";
        return new(
            403,
            "Forbidden",
            $"{kind.QualifiedPlural}{named} is forbidden: User \"{user}\" cannot {verb} resource \"{resource}\" in API group "
            + $"\"{kind.Group}\" {scope}",
            Naming(kind, path.Name));
    }

    public static KubeStatus ContinueExpired(string fresh) => new(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
        + "parameter, "
        + "or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token "
        + "results in an "
        + "inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may "
        + "show up in the list.",
        Continue: fresh);

    public static KubeStatus TooOld(string version, long oldest) => new(410, "Expired", $"too old resource version: {version} ({oldest})");

    public static KubeStatus Internal(int code) => new(code, "InternalError", "Internal error occurred: this failure was asked for", new()
    {
        ["causes"] = new JsonArray(new JsonObject { ["message"] = "this failure was asked for" }),
    });

    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue is null ? new JsonObject() : new JsonObject { ["continue"] = Continue },
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason is not null)
            json["reason"] = Reason;
        if (Details is not null)
            json["details"] = Details.DeepClone();
        json["code"] = Code;
        return json;
    }

    /// <summary>The details block that names an object; real ones leave out what is empty.</summary>
    public static JsonObject Naming(ResourceKind kind, string? name)
    {
        var details = new JsonObject();
        if (name is not null)
            details["name"] = name;
        if (kind.Group.Length > 0)
            details["group"] = kind.Group;
        details["kind"] = kind.Plural;
        return details;
    }
}
