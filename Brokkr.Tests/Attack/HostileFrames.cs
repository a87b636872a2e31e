using System.Buffers.Binary;
using System.Net;

namespace Brokkr.Tests.Attack;

/// <summary>
/// Calls to the port of gRPC that no library makes: frames, headers, verbs and content types that do not fit. The random decides which.
/// </summary>
internal sealed class HostileFrames(Random random, Prey prey)
{
    private static readonly string[] ContentTypes =
    [
        "application/grpc+proto", "application/grpc+json", "application/grpc-web", "application/grpc;charset=x", "APPLICATION/GRPC", "application/json",
        "text/plain", "application/grpcx", "",
    ];

    private static readonly string[] Paths =
    [
        "/brokkr.v1.StackService/liststacks", "/brokkr.v1.StackService/ListStacks/", "/brokkr.v1.StackService//ListStacks", "/api/v1/stacks",
        "/brokkr.v1.StackService%2fListStacks", "/BROKKR.V1.STACKSERVICE/ListStacks", "/nothing/here", "/", "/metrics", "/healthz", "/ui",
        "/grpc.health.v1.Health/Check", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/openapi.json",
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("grpc-timeout", ["1n", "0S", "-1S", "99999999H", "999999999999S", "abc", "1S1", ""]),
        ("grpc-encoding", ["gzip", "deflate", "br", "identity", "gzip, gzip", "\u00e4", ""]), ("grpc-accept-encoding", ["br", "x", "", "gzip,,"]),
        ("x-some-bin", ["!!!", "AAAA", "="]), ("grpc-status", ["0", "x"]), ("grpc-message", ["%%%", "%0d%0a"]), ("te", ["gzip", "trailers, x"]),
        ("content-encoding", ["gzip"]), ("x-forwarded-for", ["::1, x"]), ("expect", ["100-continue"]), ("authorization", ["Bearer \u00e4", "Bearer", ""]),
    ];

    private readonly HostileRpc _calls = new(random, prey);

    public HttpRequestMessage Next()
    {
        var (path, message, encoding, key) = _calls.Next();
        var request = new HttpRequestMessage(random.Next(8) > 0 ? HttpMethod.Post : Pick(HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete,
            HttpMethod.Head, HttpMethod.Options, new("PROPFIND")), random.Next(8) > 0 ? path : Pick(Paths))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Framed(message)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", random.Next(6) > 0 ? "application/grpc" : Pick(ContentTypes));
        if (random.Next(6) > 0)
            request.Headers.TryAddWithoutValidation("te", "trailers");
        if (encoding is not null)
            request.Headers.TryAddWithoutValidation("grpc-encoding", encoding);
        if (key.Length > 0)
            request.Headers.TryAddWithoutValidation("authorization", key);
        if (random.Next(3) == 0)
        {
            var (name, values) = Pick(Headers);
            request.Headers.TryAddWithoutValidation(name, Pick(values));
        }

        return request;
    }

    /// <summary>What names a message's size and packing before it, right or wrong, and what follows or lacks behind it.</summary>
    private byte[] Framed(byte[] message) => random.Next(16) switch
    {
        0 => Frame(message, (uint)message.Length + 1),
        1 => Frame(message, (uint)Math.Max(0, message.Length - 1)),
        2 => Frame(message, Pick<uint>(uint.MaxValue, int.MaxValue, 0x80000000, 4 * 1024 * 1024 + 1)),
        3 => Frame(message, (uint)message.Length, (byte)random.Next(2, 256)),
        4 => Frame(message, (uint)message.Length, flag: 1),
        5 => [.. Frame(message, (uint)message.Length), .. Frame(message, (uint)message.Length)],
        6 => Frame(message, (uint)message.Length)[..random.Next(5)],
        7 => [],
        8 => [.. Frame(message, (uint)message.Length), 0xFF],
        9 => Frame([], 0),
        10 => Frame([], 0, flag: 1),
        _ => Frame(message, (uint)message.Length),
    };

    private static byte[] Frame(byte[] message, uint length, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length);
        message.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>What was sent, to be told with what is wrong with its answer.</summary>
    public static string Told(HttpRequestMessage request, byte[] body)
    {
        var headers = request.Headers.Where(h => !h.Key.Equals("authorization", StringComparison.OrdinalIgnoreCase))
            .Select(h => $"{h.Key}: {string.Join(',', h.Value)}");
        var sent = Convert.ToHexString(body.AsSpan(0, Math.Min(body.Length, 60)));
        return $"{request.Method} {request.RequestUri} {request.Content?.Headers.ContentType} [{string.Join("; ", headers)}] {sent}";
    }

    private T Pick<T>(params T[] of) => of[random.Next(of.Length)];
}
