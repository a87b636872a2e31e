using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Brokkr.Bench.Scale;

/// <summary>One call of the contracts, made again and again.</summary>
/// <param name="Name">What is asked, the row of the table.</param>
/// <param name="Method">The verb.</param>
/// <param name="Path">Of the n-th call, below <c>/api/v1/</c>.</param>
/// <param name="Limit">For the 99th percentile, in milliseconds; null where none is set.</param>
internal sealed record ScaleCall(string Name, HttpMethod Method, Func<int, string> Path, double? Limit)
{
    /// <summary>What the n-th call sends; null for nothing.</summary>
    public Func<int, JsonNode?> Body { get; init; } = _ => null;

    /// <summary>Whose key the n-th call shows; null for the admin's.</summary>
    public Func<int, string?> Pak { get; init; } = _ => null;

    /// <summary>Takes from the n-th answer what later calls need.</summary>
    public Action<int, JsonNode> Keep { get; init; } = (_, _) => { };

    /// <summary>How often it is called, the first time included; null: as often as time permits.</summary>
    public int? Times { get; init; }

    public static ScaleCall Read(string name, string path, double? limit) => new(name, HttpMethod.Get, _ => path, limit);

    public HttpRequestMessage Request(int n, string adminPak)
    {
        var request = new HttpRequestMessage(Method, Path(n));
        request.Headers.Authorization = new("Bearer", Pak(n) ?? adminPak);
        if (Method != HttpMethod.Get && Method != HttpMethod.Delete)
            request.Content = new StringContent((Body(n) ?? new JsonObject()).ToJsonString(), Encoding.UTF8, "application/json");
        return request;
    }

    public string Told(int n) => string.Create(CultureInfo.InvariantCulture, $"{Method} /api/v1/{Path(n)}");
}
