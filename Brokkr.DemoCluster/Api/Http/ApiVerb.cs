namespace Brokkr.DemoCluster.Api.Http;

/// <summary>The verb that permissions and discovery know a request by. Pure.</summary>
internal static class ApiVerb
{
    public static string Of(HttpRequest request, bool named) => request.Method switch
    {
        "GET" when named => "get",
        "GET" when IsTrue(request.Query["watch"]) => "watch",
        "GET" => "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => named ? "delete" : "deletecollection",
        _ => request.Method,
    };

    /// <summary>Go's reading of a boolean in a query: present is enough, unless it says no.</summary>
    public static bool IsTrue(string? value) => value is not (null or "0" or "false");
}
