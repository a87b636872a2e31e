namespace Brokkr.DemoCluster.Demo;

/// <summary>Where a run keeps its data and on which ports it listens.</summary>
internal sealed class DemoSettings
{
    private readonly bool _free;

    public DemoSettings(bool check)
    {
        _free = check;
        Directory = check ? System.IO.Directory.CreateTempSubdirectory("brokkr-check-").FullName : Path.GetFullPath(".brokkr");
        if (check)
            File.SetUnixFileMode(Directory,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        (HttpPort, GrpcPort, ManagementPort) = (Port("HTTP_PORT", 8080), Port("GRPC_PORT", 8081), Port("MANAGEMENT_PORT", 9090));
    }

    public string Directory { get; }

    public int HttpPort { get; }

    public int GrpcPort { get; }

    public int ManagementPort { get; }

    public string AdminPakFile => Path.Combine(Directory, "admin.pak");

    public string Kubeconfig => Path.Combine(Directory, "kubeconfig");

    public Dictionary<string, string> BrokerEnvironment => new()
    {
        ["BROKKR__BROKER__HTTP_PORT"] = $"{HttpPort}",
        ["BROKKR__BROKER__GRPC_PORT"] = $"{GrpcPort}",
        ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{ManagementPort}",
        ["BROKKR__BROKER__DATA_DIR"] = Directory,
        ["BROKKR__BROKER__ADMIN_PAK_FILE"] = AdminPakFile,
        // Nobody sends calls who would have to notice first.
        ["BROKKR__BROKER__SHUTDOWN_GRACE_SECONDS"] = "0",
    };

    /// <summary>Another program on a port would be taken for our broker, and be given the key.</summary>
    /// <exception cref="DemoException">Says which port is taken.</exception>
    public void RequireFreePorts()
    {
        foreach (var (port, key) in new[] { (HttpPort, "HTTP_PORT"), (GrpcPort, "GRPC_PORT"), (ManagementPort, "MANAGEMENT_PORT") })
        {
            if (!FreePort.Is(port))
                throw new DemoException($"Port {port} is in use by another program: set BROKKR__BROKER__{key} to a free one.");
        }
    }

    /// <summary>
    /// The port that the environment names; else a free one for an unattended run, and the default for one that people look at.
    /// </summary>
    private int Port(string name, int byDefault)
    {
        if (ushort.TryParse(Environment.GetEnvironmentVariable($"BROKKR__BROKER__{name}"), out var named) && named > 0)
            return named;
        return _free ? FreePort.Next() : byDefault;
    }
}
