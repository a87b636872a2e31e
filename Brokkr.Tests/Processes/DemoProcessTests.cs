using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Brokkr.DemoCluster.Demo;

namespace Brokkr.Tests.Processes;

/// <summary>The demo as people start it.</summary>
public sealed class DemoProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-demo-").FullName;

    [Fact]
    public async Task A_recording_and_manifests_that_nobody_here_has_seen_are_judged()
    {
        var (objects, scenarios) = (Path.Combine(_directory, "cluster", "objects"), Path.Combine(_directory, "manifests"));
        Directory.CreateDirectory(objects);
        Directory.CreateDirectory(scenarios);
        await File.WriteAllTextAsync(Path.Combine(objects, "configmaps.json"), """
            {"apiVersion":"v1","kind":"ConfigMapList","metadata":{"resourceVersion":"7"},"items":[
             {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"motd","namespace":"ops","uid":"11111111-1111-4111-8111-111111111111",
              "resourceVersion":"5","creationTimestamp":"2026-03-01T10:00:00Z"}}]}
            """);
        await File.WriteAllTextAsync(Path.Combine(scenarios, "there.yaml"), "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: motd, namespace: ops}\n");

        await using var demo = Start("--check", "--objects", Path.Combine(_directory, "cluster"), "--scenarios", scenarios);

        (await demo.ExitCodeAsync()).Should().Be(0, demo.Said);
        demo.Said.Should().MatchRegex(@"\AConsole  http://127\.0\.0\.1:\d+/ui    the key to sign in with: cat /.*admin\.pak\n", "that comes first")
            .And.NotContain("brokkr_adm_");
        demo.Said.Should().MatchRegex(@"there\s+healthy\s+0/0").And.Contain("All as expected.");
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task Everything_that_the_demo_started_ends_with_it(string signal)
    {
        await using var demo = Start("--check");
        await Eventually.IsAsync("broker and agent run", () => Task.FromResult(Count("brokkr-broker") > 0 && Count("brokkr-agent") > 0));

        await demo.SignalAsync(signal);

        await demo.ExitCodeAsync();
        await Eventually.IsAsync("nothing is left", () => Task.FromResult(Count("brokkr-broker") + Count("brokkr-agent") == 0));
    }

    [Theory]
    [InlineData("--objects /nowhere", "there is no directory /nowhere")]
    [InlineData("--age soon", "--age must be a number of minutes")]
    [InlineData("--chek", "--chek is not understood")]
    public async Task A_wrong_argument_is_named(string arguments, string expected)
    {
        await using var demo = Start(arguments.Split(' '));

        (await demo.ExitCodeAsync()).Should().Be(1);
        demo.Said.Should().Contain(expected).And.NotContain("   at ");
    }

    [Fact]
    public async Task A_second_demo_touches_nothing_of_the_first()
    {
        await using var first = StartHere(FreePort.Next());
        await Eventually.IsAsync("the first demo has an agent in its cluster",
            () => Task.FromResult(File.Exists(Path.Combine(_directory, ".brokkr", "logs", "agent.log"))));
        var kubeconfig = Path.Combine(_directory, ".brokkr", "kubeconfig");
        var written = (await File.ReadAllTextAsync(kubeconfig), File.GetLastWriteTimeUtc(kubeconfig));

        await using var second = StartHere(FreePort.Next(), "--reset");

        (await second.ExitCodeAsync()).Should().Be(1);
        second.Said.Should().Contain($"Another demo runs on {_directory}/.brokkr: end it first.");
        (await File.ReadAllTextAsync(kubeconfig), File.GetLastWriteTimeUtc(kubeconfig)).Should().Be(written);
        first.HasExited.Should().BeFalse();
        await first.SignalAsync("INT");
        await first.ExitCodeAsync();
    }

    [Fact]
    public async Task Another_program_on_the_port_is_said_and_gets_no_key()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        await using var demo = StartHere(port);

        (await demo.ExitCodeAsync()).Should().Be(1);
        demo.Said.Should().Contain($"Port {port} is in use by another program: set BROKKR__BROKER__HTTP_PORT to a free one.");
        while (other.Pending())
        {
            using var caller = await other.AcceptSocketAsync();
            caller.Receive(new byte[1]).Should().Be(0, "nobody says anything to it");
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>As people start it, with its data below the directory of the test.</summary>
    private RunningProgram StartHere(int port, params string[] arguments)
    {
        // The database server runs as another user where this one is root.
        File.SetUnixFileMode(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute
            | UnixFileMode.GroupExecute);
        var environment = new Dictionary<string, string>
        {
            ["BROKKR__BROKER__HTTP_PORT"] = $"{port}",
            ["BROKKR__BROKER__GRPC_PORT"] = $"{FreePort.Next()}",
            ["BROKKR__BROKER__MANAGEMENT_PORT"] = $"{FreePort.Next()}",
        };
        return Start(environment, _directory, arguments);
    }

    /// <summary>The mark tells this run's children from those of tests beside it.</summary>
    private RunningProgram Start(params string[] arguments) =>
        Start(new() { ["BROKKR_TEST_MARK"] = _directory }, directory: null, arguments);

    private static RunningProgram Start(Dictionary<string, string> environment, string? directory, string[] arguments) => RunningProgram.Start(
        "brokkr-demo", ["run", "--broker", RunningProgram.PathOf("brokkr-broker"), "--agent", RunningProgram.PathOf("brokkr-agent"), .. arguments],
        environment, directory);

    private int Count(string program) => Process.GetProcesses().Count(
        p => p.ProcessName is "dotnet" or "brokkr-agent" && Reads($"/proc/{p.Id}/cmdline", RunningProgram.PathOf(program))
        && Reads($"/proc/{p.Id}/environ", _directory));

    private static bool Reads(string path, string text)
    {
        try
        {
            return File.ReadAllText(path).Contains(text, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
