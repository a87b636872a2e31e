using System.Net;
using System.Net.Sockets;

namespace Brokkr.DemoCluster.Demo;

/// <summary>Ports for programs that have to be told theirs.</summary>
internal static class FreePort
{
    /// <summary>Below those that a system gives to whoever asks for any: that may be given away until it is used.</summary>
    private const int First = 20_000, End = 32_000;

    /// <summary>A port that nobody listens on at this moment.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: another one.
            }
        }
    }
}
