using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Grpc.Core;

namespace Brokkr.Tests.Broker;

/// <summary>Calls that no well-behaved client makes.</summary>
internal static class RawCalls
{
    /// <summary>Sends bytes as one gRPC message, packed or not, and answers the status with its reason.</summary>
    public static Task<(StatusCode Status, string Text)> GrpcAsync(
        this BrokerFixture broker, string method, byte[] message, string? encoding = null, params (string Name, string Value)[] headers) =>
        GrpcAsync(broker.Urls[1], method, message, encoding, headers);

    /// <summary>The same to the gRPC port of whichever broker.</summary>
    public static async Task<(StatusCode Status, string Text)> GrpcAsync(
        Uri port, string method, byte[] message, string? encoding, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        var frame = new byte[5 + message.Length];
        frame[0] = (byte)(encoding is null ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(port, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        if (encoding is not null)
            request.Headers.Add("grpc-encoding", encoding);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        if (!int.TryParse(Find("grpc-status"), out var status))
            throw new InvalidOperationException($"This is no answer of gRPC: {response}");
        return ((StatusCode)status, Details(Find("grpc-status-details-bin")));

        string Find(string name) => response.TrailingHeaders.TryGetValues(name, out var trailing) || response.Headers.TryGetValues(name, out trailing)
            ? trailing.First()
            : "";
    }

    /// <summary>What the details of an error hold, as far as it is text.</summary>
    public static string Details(string base64) =>
        Encoding.UTF8.GetString(Convert.FromBase64String(base64 + new string('=', (4 - (base64.Length % 4)) % 4)));

    /// <summary>Sends text over a bare connection to the REST port, keeps it open, and answers what comes back until the broker closes it.</summary>
    public static Task<string> TcpAsync(this BrokerFixture broker, string text, TimeSpan patience) => TcpAsync(broker.Urls[0], text, patience);

    /// <summary>The same to the port of whichever broker.</summary>
    public static async Task<string> TcpAsync(Uri port, string text, TimeSpan patience)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        using var timeout = new CancellationTokenSource(patience);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        while (await stream.ReadAsync(buffer, timeout.Token) is var read and > 0)
            answer.Append(Encoding.ASCII.GetString(buffer, 0, read));
        return answer.ToString();
    }
}
