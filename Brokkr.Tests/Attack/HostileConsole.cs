using System.Net.Http.Headers;
using System.Text;

namespace Brokkr.Tests.Attack;

/// <summary>Forms and addresses of the console, sent with the session of an admin. The random decides which.</summary>
internal sealed class HostileConsole(Random random, Prey prey, string cookie)
{
    private static readonly string[] Acts =
    [
        "stacks", "stacks/{name}/check", "stacks/{name}/submit", "clusters/add", "clusters/{name}/targets", "clusters/{name}/confirm-deletion", "theme",
        "alerts/silences", "alerts/silences/{id}/end", "alerts/rules", "alerts/rules/preview", "alerts/rules/{id}/delete", "alerts/{id}/acknowledge",
        "alerts/receivers", "alerts/receivers/{id}/test", "alerts/receivers/{id}/rotate", "alerts/receivers/{id}/enable", "alerts/deliveries/{id}/redeliver",
        "admin/keys", "admin/keys/{id}/rotate", "admin/keys/{id}/revoke", "diagnostics", "diagnostics/{id}/cancel", "sign-in", "nothing/here",
    ];

    private static readonly string[] Pages =
    [
        "", "objects", "objects/{name}/web", "objects/{name}/{name}", "clusters", "clusters/{name}", "clusters/add", "stacks", "stacks/{name}",
        "stacks/{name}/web/revisions", "diagnostics/{id}", "diagnostics/{id}/diagnostic.json", "diagnostics/{id}/diagnostic.md", "alerts",
        "alerts/silences", "alerts/rules", "alerts/receivers", "alerts/deliveries", "admin", "admin/audit", "sign-in", "assets/{name}",
    ];

    private static readonly string[] Fields =
    [
        "add", "agent_id", "agent_ids", "comment", "conditions", "days", "enabled", "from", "group_by", "host", "hours", "id", "kind", "minutes", "mode",
        "name", "names", "number", "object_id", "pak", "port", "receiver_ids", "remove", "return", "revision", "role", "secret", "stack_id", "stack_ids",
        "start", "statuses", "theme", "time_zone", "to", "url", "username", "yaml", "hold_failing_seconds", "repeat_minutes",
    ];

    private static readonly string[] Parameters =
        ["after", "agent", "text", "stack", "status", "condition", "order", "state", "actor", "action", "return", "rule", "revision", "base", "name", "days"];

    private static readonly string[] Values =
    [
        "5\0", "+5", " 5 ", "0x5", "-1", "2147483648", "99999999999999999999", "NaN", "admin", "reader", "webhook", "email", "failing", "silent", "object",
        "25:00", "00:00", "Europe/Zurich", "../../etc/passwd", "https://[::1", "http://a@b", "a@b", "/ui/../x", "//evil.example", "/ui/\u00e4\u202e",
        "/ui?x=\ud83d\udca9", "web", "prey", "1",
    ];

    private readonly HostileText _text = new(random, prey);

    public HttpRequestMessage Next()
    {
        _text.Begin();
        var request = random.Next(3) == 0
            ? new HttpRequestMessage(HttpMethod.Get, $"/ui/{Filled(_text.Pick(Pages))}?{Pairs(_text.Pick(Parameters), _text.Pick(Parameters))}")
            : new HttpRequestMessage(HttpMethod.Post, $"/ui/{Filled(_text.Pick(Acts))}") { Content = Form() };
        request.Headers.TryAddWithoutValidation("Cookie", random.Next(30) > 0 ? cookie : _text.Pick("brokkr_session=x", "=;=", "brokkr_session="));
        if (random.Next(30) > 0)
            request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        return request;
    }

    private string Filled(string path) => path.Replace("{name}", Escaped(_text.Pick("prey", "web", Value())), StringComparison.Ordinal)
        .Replace("{id}", path.StartsWith("admin", StringComparison.Ordinal) ? Escaped(_text.Pick("0000000000", Value())) : prey.Id(random),
            StringComparison.Ordinal);

    private HttpContent Form()
    {
        var names = Fields.Where(_ => random.Next(2) == 0).ToList();
        switch (random.Next(12))
        {
            case 0:
                return Sent(string.Join('&', Enumerable.Range(0, _text.Pick(500, 700, 3000)).Select(i => $"days={i}")));
            case 1:
                return Sent(_text.Pick("%", "%zz=%", "&&&&", "=", "a", new string('a', 3000), "yaml=%00", "%ED%A0%80=%ED%A0%80"));
            case 2:
                return Sent($"yaml={Uri.EscapeDataString(HostileYaml.Next(random))}&name=h");
            case 3:
                return Sent(Pairs([.. names]), _text.Pick("multipart/form-data", "multipart/form-data; boundary=", "text/plain", "application/json", ""));
            case 4:
                var parts = new MultipartFormDataContent($"b{random.Next(10)}") { { new StringContent("h"), "name" } };
                parts.Add(new ByteArrayContent([0xFF, 0xFE, 0, .. Encoding.UTF8.GetBytes(HostileYaml.Next(random))]), "file", "a\u202e.yaml");
                return parts;
            default:
                return Sent(Pairs([.. names]));
        }
    }

    private static ByteArrayContent Sent(string form, string contentType = "application/x-www-form-urlencoded")
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(form));
        if (MediaTypeHeaderValue.TryParse(contentType, out var type))
            content.Headers.ContentType = type;
        else
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    private string Pairs(params string[] names) => string.Join('&', names.Select(n => $"{n}={Escaped(Value())}"));

    private string Value() => random.Next(3) switch
    {
        0 => _text.Text(),
        1 => prey.Id(random),
        _ => _text.Pick(Values),
    };

    /// <summary>What no path can hold is sent in forms; longer ones are of the kind that bare connections try.</summary>
    private static string Escaped(string text) =>
        Uri.EscapeDataString((text.Length <= 300 ? text : text[..300].TrimEnd(text[299])).Replace("\0", "", StringComparison.Ordinal));
}
