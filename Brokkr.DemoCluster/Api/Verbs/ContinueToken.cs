using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Brokkr.DemoCluster.Api.Http;
using Brokkr.DemoCluster.Api.Json;

namespace Brokkr.DemoCluster.Api.Verbs;

/// <summary>Where a paged list goes on: a version, and the key after the last one shown. Pure.</summary>
internal sealed record ContinueToken(long Version, string Start)
{
    /// <summary>The version of a token that goes on with whatever is there now.</summary>
    public const long Inconsistent = -1;

    private const string Format = "meta.k8s.io/v1";

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static ContinueToken After(long version, string key) => new(version, $"/{key}\0");

    public string Key => Start.TrimStart('/');

    /// <summary>The token that an expired one is exchanged for.</summary>
    public ContinueToken Renew() => new(Inconsistent, Key);

    public string Encode() => Base64Url.EncodeToString(ApiJson.Bytes(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("v", Format);
        writer.WriteNumber("rv", Version);
        writer.WriteString("start", Start);
        writer.WriteEndObject();
    }));

    public static (ContinueToken? Token, KubeStatus? Refusal) Decode(string text)
    {
        var illegal = text.AsSpan().IndexOfAnyExcept(Alphabet);
        if (illegal < 0 && text.Length % 4 == 1)
            illegal = text.Length - 1;
        if (illegal >= 0)
            return Malformed($"illegal base64 data at input byte {illegal}");
        if (ApiJson.TryParse(Base64Url.DecodeFromChars(text)) is not { } json || json.GetValueKind() != JsonValueKind.Object)
            return Malformed("invalid character in the decoded text");
        var fields = JsonElement.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), ApiJson.Reading);
        if (fields.TextAt("v") != Format)
            return Malformed($"server does not recognize this encoded version \"{fields.TextAt("v")}\"");
        if (fields.At("rv") is not { ValueKind: JsonValueKind.Number } version || !version.TryGetInt64(out var number)
            || fields.TextAt("start").Length == 0)
            return Malformed($"encoded start key empty (version {Format})");
        return (new(number, fields.TextAt("start")), null);
    }

    private static (ContinueToken?, KubeStatus?) Malformed(string why) =>
        (null, KubeStatus.BadRequest($"invalid continue token: continue key is not valid: {why}"));
}
