using Brokkr.Tests.Broker;
using Brokkr.Tests.Processes;

namespace Brokkr.Tests.Cli;

/// <summary>The command in a directory of <c>PATH</c>, and its user's key, as a shell finds them.</summary>
internal sealed class InstalledCommand : IDisposable
{
    public InstalledCommand(BrokerFixture broker, string? url = null)
    {
        var (command, key) = (Path.Combine(Directory, "brokkr"), Path.Combine(Directory, "key"));
        File.WriteAllText(command, $"#!/bin/sh\nexec dotnet {RunningProgram.PathOf("brokkr")} \"$@\"\n");
        File.SetUnixFileMode(command, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        File.WriteAllText(key, broker.AdminPak);
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = $"{Directory}:{System.Environment.GetEnvironmentVariable("PATH")}",
            ["BROKKR_URL"] = url ?? $"{broker.Urls[0]}",
            ["BROKKR_PAK_FILE"] = key,
            ["HOME"] = Directory,
            ["TERM"] = "xterm",
            ["BROKKR_COMPLETION_TIMEOUT"] = "60s",
        };
    }

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("brokkr-program-").FullName;

    public IReadOnlyDictionary<string, string> Environment { get; }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
