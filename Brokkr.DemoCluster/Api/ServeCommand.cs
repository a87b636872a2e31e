using System.Net.Sockets;
using Brokkr.DemoCluster.Api.Recordings;

namespace Brokkr.DemoCluster.Api;

/// <summary>Runs the stand-in API server until it is told to stop.</summary>
internal static class ServeCommand
{
    private const int WrongUse = 2;

    public static async Task<int> RunAsync(IReadOnlyList<string> args)
    {
        var (arguments, problem) = ServeArguments.Parse(args);
        if (arguments is null)
            return Refuse($"{problem}{Environment.NewLine}usage: {ServeArguments.Usage}");
        try
        {
            await using var app = DemoClusterApp.Create(arguments.Options);
            await app.StartAsync();
            var url = app.Urls.First();
            if (arguments.Kubeconfig is { } file)
                DemoKubeconfig.Write(file, url, arguments.Options.Token);
            Console.WriteLine(url);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (RecordingException e)
        {
            return Refuse(e.Message);
        }
        catch (IOException e) when (e.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Refuse($"Port {arguments.Options.Port} is in use: choose another with --port, or 0 for any free one.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refuse($"{e.Message} Choose other paths with --objects and --kubeconfig.");
        }
    }

    private static int Refuse(string message)
    {
        Console.Error.WriteLine($"brokkr-demo: {message}");
        return WrongUse;
    }
}
