using System.Net.Http.Headers;
using System.Text;
using Brokkr.Tests.Broker;
using Google.Api;
using Google.Protobuf.Reflection;

namespace Brokkr.Tests.Attack;

/// <summary>Requests to every method of the contracts over REST, and to paths beside them. The random decides which.</summary>
internal sealed class HostileRest(Random random, Prey prey)
{
    private static readonly (MethodDescriptor Method, HttpRule Rule)[] Routes =
        [.. ContractMethods.All.Select(m => (m, m.GetOptions()?.GetExtension(AnnotationsExtensions.Http)!)).Where(m => m.Item2 is not null)];

    private static readonly string[] ContentTypes =
    [
        "application/grpc", "application/grpc+json", "application/grpc-web", "application/json; charset=bogus", "text/plain",
        "application/json; charset=us-ascii", "application/json; charset=utf-16", "application/json;;;", "multipart/form-data; boundary=x",
        "application/json; charset=\"utf-8\"", "\u00e4", "", "application/*",
        "application/x-www-form-urlencoded", "application/json, application/json",
    ];

    private static readonly string[] Paths =
    [
        "/api/v1/stacks/%2e%2e/agents", "/API/V1/STACKS", "/api/v1//stacks", "/api/v1/stacks/", "/api/v1/stacks;x=y",
        "/metrics", "/METRICS", "/metrics/", "/healthz/x", "/openapi.json?x", "/api/v1/stacks/%F0%28%8C%28", "/api/v1/agents/:x", "/ui/../api", "/%",
        "/api/v1/stacks/\u00e4", "/brokkr.v1.StackService/ListStacks",
        "/ui/diagnostics/x", "/ui/assets/..%2f..%2fx", "/ui?text=%00", "/ui/objects?after=%00", "/ui/objects?stack=%00&status=x",
    ];

    private readonly HostileText _text = new(random, prey);

    public HttpRequestMessage Next()
    {
        _text.Begin();
        var (request, method) = random.Next(12) switch
        {
            0 => (new HttpRequestMessage(Verb(), _text.Pick(Paths)), ""),
            1 => (Manifest(), ""),
            _ => ToMethod(),
        };
        if (random.Next(30) > 0)
            request.Headers.TryAddWithoutValidation("Authorization", $"{(random.Next(30) == 0 ? "Basic" : "Bearer")} {prey.PakFor(method, random)}");
        if (random.Next(15) == 0)
            request.Headers.TryAddWithoutValidation(
                _text.Pick("X-Forwarded-For", "Content-Encoding", "x-request-id", "Cookie", "Expect", "If-None-Match", "Range", "Accept"),
                _text.Pick("gzip", "1.2.3.4", new string('x', 9000), "brokkr_session=x", "100-continue", "\"x\"", "bytes=0-"));
        return request;
    }

    private HttpMethod Verb() => _text.Pick(
        HttpMethod.Get, HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch, HttpMethod.Head, HttpMethod.Options,
        new("PROPFIND"));

    private HttpRequestMessage Manifest() => new(HttpMethod.Post, $"/api/v1/stacks/{prey.Ids[0]}/deployment-objects")
    {
        Content = Body($$"""{"name":"h{{random.Next(50)}}","yaml":{{HostileText.Quoted(HostileYaml.Next(random))}}}"""),
    };

    private (HttpRequestMessage Request, string Method) ToMethod()
    {
        var (method, rule) = Routes[random.Next(Routes.Length)];
        var (verb, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => (HttpMethod.Get, rule.Get),
            HttpRule.PatternOneofCase.Post => (HttpMethod.Post, rule.Post),
            HttpRule.PatternOneofCase.Put => (HttpMethod.Put, rule.Put),
            HttpRule.PatternOneofCase.Patch => (HttpMethod.Patch, rule.Patch),
            _ => (HttpMethod.Delete, rule.Delete),
        };
        if (random.Next(30) == 0)
            verb = Verb();
        var ends = verb == HttpMethod.Delete || Prey.IsEnd(method.Name);
        var filled = string.Join('/', path.Split('/').Select(part =>
            part.StartsWith('{') ? InPath(method, part, ends) + part[(part.IndexOf('}', StringComparison.Ordinal) + 1)..] : part));
        var request = new HttpRequestMessage(verb, rule.Body.Length > 0 ? filled : $"{filled}{Query(method.InputType)}");
        if (rule.Body.Length > 0 || random.Next(20) == 0)
            request.Content = Body(Mangled(_text.Body(method.InputType, path)));
        return (request, method.Name);
    }

    private string InPath(MethodDescriptor method, string part, bool ends)
    {
        var text = random.Next(10) == 0 ? Short(_text.Text()) : null;
        return text is not null && !(ends && Guid.TryParse(text, out _)) ? Uri.EscapeDataString(text)
            : ends ? $"{Guid.NewGuid()}"
            : part.Contains("agent", StringComparison.Ordinal) || method.Service.Name == "AgentService" ? prey.AgentId
            : prey.Ids[random.Next(prey.Ids.Length)];
    }

    private string Query(MessageDescriptor kind)
    {
        var fields = kind.Fields.InDeclarationOrder().Where(_ => random.Next(2) == 0).Select(f => $"{f.Name}={InQuery(f.Name)}");
        return random.Next(20) == 0 ? "?no_such_parameter=1" : $"?{string.Join('&', fields)}";
    }

    private string InQuery(string name) => random.Next(4) == 0
        ? _text.Pick("5%00", $"%20{prey.AgentId}", "+5", "0x5", "%FF", $"5&{name}=6")
        : name == "page_token" && random.Next(4) > 0 ? _text.Token()
        : Uri.EscapeDataString(Short(_text.Text()));

    private string Mangled(string json) => random.Next(25) switch
    {
        0 => json[..random.Next(json.Length)],
        1 => $"{json} {json}",
        2 => string.Concat(Enumerable.Repeat("{\"a\":", random.Next(20, 3000))),
        3 => json.Replace('{', '['),
        4 => $"/* */{json}",
        _ => json,
    };

    private ByteArrayContent Body(string json)
    {
        var bytes = random.Next(40) switch
        {
            0 => Encoding.Unicode.GetBytes(json),
            1 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(json)],
            2 => [.. Encoding.UTF8.GetBytes(json), 0xFF, 0xC0, 0x80],
            _ => Encoding.UTF8.GetBytes(json),
        };
        var content = new ByteArrayContent(bytes);
        if (random.Next(10) > 0)
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        else
            content.Headers.TryAddWithoutValidation("Content-Type", _text.Pick(ContentTypes));
        return content;
    }

    /// <summary>More than fits into an address is of the kind that bare connections try.</summary>
    private static string Short(string text) => text.Length <= 300 ? text : text[..300].TrimEnd(text[299]);
}
