namespace Brokkr.Tests.Attack;

/// <summary>What no library sends: text for a bare connection, which the server is asked to close afterwards.</summary>
internal static class HostileWire
{
    public static string Next(Random random, Prey prey)
    {
        var key = $"Authorization: Bearer {prey.Pak(random)}\r\nConnection: close\r\n";
        var post = $"POST /api/v1/stacks HTTP/1.1\r\nHost: x\r\n{key}Content-Type: application/json\r\n";
        const string get = "GET /api/v1/stacks HTTP/1.1\r\nHost: x\r\n";
        return random.Next(24) switch
        {
            0 => $"{post}Transfer-Encoding: chunked\r\n\r\n{Pick("FFFFFFFFFFFFFFFFFF", "7FFFFFFFFFFFFFFFF", "zz", "-1", "2;x=y", "0x2")}\r\n{{}}\r\n0\r\n\r\n",
            1 => $"GET /api/v1/stacks HTTP/1.1\r\nHost: {Pick("a b", "", "x:99999", "[::1", "\u0001", "x,y", "x/../y", "@")}\r\n{key}\r\n",
            2 => $"GET /api/v1/stacks HTTP/1.1\r\n{key}\r\n",
            3 => $"GET /api/v1/%00 HTTP/1.1\r\nHost: x\r\n{key}\r\n",
            4 => $"{get}{key}{string.Concat(Enumerable.Range(0, random.Next(60, 400)).Select(i => $"X-{i}: 1\r\n"))}\r\n",
            5 => $"{get}{key}X: {new string('x', random.Next(10_000, 100_000))}\r\n\r\n",
            6 => $"GET /{new string('x', random.Next(5000, 60_000))} HTTP/1.1\r\nHost: x\r\n{key}\r\n",
            7 => $"{post}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            8 => $"{post}Content-Length: {Pick("-1", "99999999999999999999", "2, 3", "0x2", "4194305", "9223372036854775807")}\r\n\r\n{{}}",
            9 => "\0\0\0\0\r\n\r\n",
            10 => $"GET http://other/api/v1/stacks HTTP/1.1\r\nHost: x\r\n{key}\r\n",
            11 => $"OPTIONS * HTTP/1.1\r\nHost: x\r\n{key}\r\n",
            12 => $"CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n{key}\r\n",
            13 => $"GET /api/v1/stacks HTTP/{Pick("0.9", "1.0", "1.2", "2.0", "9.9", "1.1 ")}\r\nHost: x\r\n{key}\r\n",
            14 => $"{get}{key}X\u0001: 1\r\n\r\n",
            15 => $"GET /api/v1/stacks HTTP/1.1\r\nHost: x\r\nHost: y\r\n{key}\r\n",
            16 => $"{get}{key}{key}\r\n",
            17 => $"{post}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{{}}",
            18 => $"{post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            19 => $"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{new string('\u0007', 40)}",
            20 => $"GET /api/v1/stacks?page_token={new string('%', 50)} HTTP/1.1\r\nHost: x\r\n{key}\r\n",
            21 => $"{new string('G', 9000)} / HTTP/1.1\r\nHost: x\r\n{key}\r\n",
            22 => $"{post.Replace("application/json", "application/grpc", StringComparison.Ordinal)}Content-Length: 5\r\n\r\n\0\0\0\0\0",
            _ => $"{post}Expect: {Pick("100-continue", "200-ok")}\r\nContent-Length: 2\r\n\r\n{{}}",
        };

        string Pick(params string[] of) => of[random.Next(of.Length)];
    }
}
