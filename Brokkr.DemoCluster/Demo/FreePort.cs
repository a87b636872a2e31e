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
        int port;
        do
            port = Random.Shared.Next(First, End);
        while (!Is(port));
        return port;
    }

    /// <summary>Whether nobody listens on a port at this moment.</summary>
    public static bool Is(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
