using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Brokkr.Broker.Alerts.Delivery;
using Brokkr.Broker.Alerts.Evaluation;
using Brokkr.Broker.Alerts.Silences;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Brokkr.Tests.Attack;

/// <summary>Values that somebody with bad intentions puts where a value is expected, as JSON. The random decides which.</summary>
internal sealed class HostileText(Random random, Prey prey)
{
    /// <summary>Times that can be read, and are none that an agent could mean.</summary>
    public static readonly string[] Moments =
        ["9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "2026-01-15T10:30:00Z", "2099-01-01T00:00:00-14:00"];

    /// <summary>What stands in the tokens of lists.</summary>
    private static readonly System.Type[] Keys =
    [
        typeof(VerdictKey), typeof(GroupKey), typeof(ChangeKey), typeof(TransitionKey), typeof(PlaceKey), typeof(AgentKey), typeof(StackKey), typeof(NameKey),
        typeof(TargetStateKey), typeof(DiagnosticKey), typeof(PakKey), typeof(AuditKey), typeof(RevisionKey), typeof(AlertKey), typeof(SilenceKey),
        typeof(DeliveryKey),
    ];

    private static readonly string[] Times =
    [
        "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999999999Z", "0001-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "infinity", "-infinity",
        "2026-02-30T00:00:00Z", "2026-12-31T23:59:60Z", "2026-01-01T00:00:00+99:99", "1969-12-31T23:59:59Z", "2026-01-01T00:00:00.0000000001Z", "now", "",
        "2026-01-15T10:30:00Z", "2099-01-01T00:00:00-14:00",
    ];

    private static readonly string[] Numbers =
    [
        "0", "1", "-1", "2147483647", "2147483648", "-2147483648", "-2147483649", "9223372036854775807", "9223372036854775808", "1e999", "1.5", "1e2", "-0",
        "\"5\"", "\"0x5\"", "\" 5\"", "\"5\\u0000\"", "true", "null", "[]", "{}", "00", "+5", "NaN", "5",
    ];

    private static readonly string[] Words =
    [
        "", "web", "\0", "a\0b", "\e[31mred\e[0m", "\u202egnp.exe", "\ufffe", "\uffff", "\u3164", "\u2800", "\u200b\u2060\ufeff", "'; DROP TABLE paks; --",
        "../../etc/passwd", "%00", "{0}", "${jndi:ldap://x}", "\ud83d\udca9", "null", "healthy", "HEALTHY", "99", "\r\nSet-Cookie: a=b",
        "{{.}}", "*", "\u0085\u2028",
    ];

    private static readonly string[] Repeated =
    [
        "nexttoken=", "password=", "Some(\"", "://a:", "eyJ", "-----BEGIN ", "secret: |\n ", "\\\"", "<token>", "Bearer ", "@",
        "a=b;", "brokkr_adm_", "{\"password\":", "[redacted:",
        "\u202e", "AKIA", "key=\u3164", "-p ", "'", "token\n", "x",
    ];

    private bool _isWild;
    private int _left;

    /// <summary>A token of a list, as somebody makes it who knows how they are made.</summary>
    public string Token()
    {
        var key = Pick(Keys).GetConstructors()[0].GetParameters();
        var json = $"{{{string.Join(',', key.Select(p => $"{Quoted(p.Name!)}:{InToken(Nullable.GetUnderlyingType(p.ParameterType) ?? p.ParameterType)}"))}}}";
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>Begins a call: what is in it may be as much as a request can hold, and a little more.</summary>
    public void Begin() => (_left, _isWild) = (Pick(2_000, 50_000, 500_000, 5_000_000), random.Next(3) == 0);

    /// <summary>A text as it would be before it is written as JSON.</summary>
    public string Text()
    {
        var text = _left > 0 ? AnyText() : "";
        _left -= text.Length;
        return text;
    }

    private string AnyText() => random.Next(10) switch
    {
        0 or 1 or 2 => Pick(Words),
        3 or 4 => prey.Id(random),
        5 => string.Concat(Enumerable.Repeat(Pick(Repeated), Pick(10, 500, 5000))),
        6 => new string((char)random.Next(1, 0xD7FF), random.Next(1, 300)),
        7 => prey.OtherPak,
        8 => new([.. Enumerable.Range(0, random.Next(80)).Select(_ => (char)random.Next(0, 0xD7FF))]),
        _ => $"h{random.Next(1000)}",
    };

    /// <summary>A text for a field, which knows what belongs there most of the time.</summary>
    public string In(FieldDescriptor field) => random.Next(5) == 0 ? Text() : field.Name switch
    {
        "agent_id" => prey.AgentId,
        "page_token" => Token(),
        var name when name.EndsWith("id", StringComparison.Ordinal) => prey.Id(random),
        _ => Text(),
    };

    /// <summary>The body of a request to a path. Every third has values of other shapes than they should be; all have hostile ones.</summary>
    public string Body(MessageDescriptor kind, string path)
    {
        var fields = kind.Fields.InDeclarationOrder().Where(f => !path.Contains($"{{{f.Name}}}", StringComparison.Ordinal) || random.Next(40) == 0);
        return Message(fields, 0);
    }

    /// <summary>A message of a kind, with hostile values in most of its fields, or something else in its place.</summary>
    private string Message(MessageDescriptor kind, int depth)
    {
        if (kind == Timestamp.Descriptor)
            return Quoted(_isWild ? Pick(Times) : Pick(Moments));
        if (kind.File.Package == "google.protobuf")
            return _isWild ? Pick("[\"a\"]", "[1,null]", "{}", "[[[[]]]]", Quoted(Text())) : $"[{Quoted(Text())},{Quoted(Text())}]";
        if (depth > 7 || (_isWild && random.Next(40) == 0))
            return _isWild ? Pick("null", "[]", "5", "{\"no_such_field\":1}", "{}") : "{}";
        return Message(kind.Fields.InDeclarationOrder(), depth);
    }

    private string Message(IEnumerable<FieldDescriptor> fields, int depth) =>
        $"{{{string.Join(',', fields.Where(_ => random.Next(4) > 0).Select(f => $"{Quoted(f.Name)}:{Field(f, depth)}"))}}}";

    public T Pick<T>(params T[] of) => of[random.Next(of.Length)];

    /// <summary>As JSON; lone halves of pairs and control characters are escaped, and arrive.</summary>
    public static string Quoted(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c is '"' or '\\' or < ' ' || char.IsSurrogate(c)
                ? json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : json.Append(c);
        }

        return json.Append('"').ToString();
    }

    /// <summary>Whether a field says how long the broker shall hold the call: an attack that waits does nothing meanwhile.</summary>
    public static bool IsWait(FieldDescriptor field) => field.Name == "wait_seconds";

    private string InToken(System.Type type) => random.Next(12) == 0 ? "null" : System.Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => Pick("0", "1", "2", "4", "99", "-1"),
        TypeCode.String => Quoted(Text()),
        TypeCode.Int32 or TypeCode.Int64 => Pick(Numbers),
        _ => Quoted(type == typeof(Guid) ? prey.Id(random) : Pick(Times)),
    };

    private string Field(FieldDescriptor field, int depth)
    {
        if (field.IsMap)
        {
            var value = field.MessageType.Fields.InDeclarationOrder()[1];
            var pairs = Enumerable.Range(0, Count(depth)).Select(i => $"{Quoted(random.Next(2) == 0 ? $"k{i}" : Text())}:{Single(value, depth)}");
            return $"{{{string.Join(',', pairs)}}}";
        }

        return field.IsRepeated ? $"[{string.Join(',', Enumerable.Range(0, Count(depth)).Select(_ => Single(field, depth)))}]" : Single(field, depth);
    }

    /// <summary>Deep down few, so that a call is built in time.</summary>
    private int Count(int depth)
    {
        var count = random.Next(60) == 0 && depth < 2 && _left > 100_000 ? Pick(1001, 1500) : random.Next(depth > 2 ? 2 : 4);
        _left -= 50 * count;
        return _left > 0 ? count : 0;
    }

    private string Single(FieldDescriptor field, int depth) => field.FieldType switch
    {
        _ when _isWild && random.Next(50) == 0 => Pick("null", "[]", "{}", "\"\"", "1e400"),
        FieldType.String => Quoted(In(field)),
        FieldType.Message => Message(field.MessageType, depth + 1),
        FieldType.Enum when _isWild && random.Next(3) == 0 => Pick("\"HEALTHY\"", "99", "\"\"", "1"),
        FieldType.Enum => Quoted(Pick([.. field.EnumType.Values.Select(v => v.Name)])),
        _ when IsWait(field) => Pick("0", "0", "1", "-1", "2147483647"),
        FieldType.Bool => !_isWild ? "true" : Pick("true", "false", "\"true\"", "1"),
        _ => random.Next(2) == 0 ? Pick("0", "1", "5") : _isWild ? Pick(Numbers) : Pick("2147483647", "-2147483648", "-1", "0", "1000"),
    };
}
