using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Brokkr.Tests.Systemd;

/// <summary>The units in deploy/systemd: systemd understands them, they keep the programs in, and hand them what docs/configuration.md knows.</summary>
public sealed partial class UnitTests : IDisposable
{
    private static readonly string Units = Path.Combine(RepositoryRoot.Path, "deploy", "systemd");

    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-units-").FullName;

    [Theory]
    [InlineData("brokkr-broker.service")]
    [InlineData("brokkr-agent.service")]
    public async Task Systemd_finds_nothing_to_complain_about(string unit)
    {
        var lines = Lines(unit);
        lines.Should().OnlyContain(l => Line().IsMatch(l), "each line is a section or a setting");
        if (!File.Exists("/usr/bin/systemd-analyze"))
            return;
        // The programs are not installed here.
        var copy = Path.Combine(_directory, unit);
        await File.WriteAllLinesAsync(copy, lines.Select(l => Regex.Replace(l, "^ExecStart=.*", "ExecStart=/bin/true")));

        var (verified, complaints) = await AnalyzeAsync("verify", copy);
        var (isSafe, said) = await AnalyzeAsync("security", "--offline=true", "--threshold=20", copy);

        (verified, complaints).Should().Be((0, ""));
        isSafe.Should().Be(0, said);
    }

    [Theory]
    [InlineData("brokkr-broker.service")]
    [InlineData("brokkr-agent.service")]
    public void A_unit_keeps_its_program_in(string unit)
    {
        var lines = Lines(unit);

        lines.Should().Contain([
            "DynamicUser=yes", "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "PrivateDevices=yes",
            "RestrictNamespaces=yes",
            "CapabilityBoundingSet=", "SystemCallFilter=@system-service", "SystemCallFilter=~@privileged", "UMask=0077", "Restart=on-failure",
            "WantedBy=multi-user.target",
        ]);
        lines.Should().NotContain(l => l.StartsWith("MemoryDenyWriteExecute", StringComparison.Ordinal), "the runtime compiles while it runs");
        lines.Should().NotContain(l =>
            l.StartsWith("SystemCallFilter=~", StringComparison.Ordinal) && l.Contains("@resources", StringComparison.Ordinal), "the runtime would not start");
    }

    [Theory]
    [InlineData("brokkr-broker.service", "/opt/brokkr/broker/brokkr-broker")]
    [InlineData("brokkr-agent.service", "/opt/brokkr/agent/brokkr-agent")]
    public void What_a_unit_hands_on_is_documented_and_there(string unit, string program)
    {
        var lines = Lines(unit);
        var settings = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "configuration.md"));
        var steps = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "install.md"));
        var handed = lines.Select(l => Credential().Match(l)).Where(m => m.Success).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        var environment = lines.Select(l => Variable().Match(l)).Where(m => m.Success).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

        environment.Values.Where(v => v.StartsWith("%d/", StringComparison.Ordinal)).Select(v => v[3..]).Should().BeEquivalentTo(handed.Keys);
        environment.Keys.Should().Contain("BROKKR_CONFIG");
        environment.Keys.Where(k => k != "BROKKR_CONFIG").Select(k => k["BROKKR__".Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant())
            .Should().OnlyContain(key => settings.Contains($"`{key}`", StringComparison.Ordinal));
        handed.Values.Should().OnlyContain(path => path.StartsWith("/etc/brokkr/", StringComparison.Ordinal) && steps.Contains(path, StringComparison.Ordinal));
        lines.Should().Contain($"ExecStart={program}");
        steps.Should().Contain(Path.GetDirectoryName(program));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [GeneratedRegex(@"^(\[(Unit|Service|Install)\]|[A-Z][A-Za-z]+=.*)$")]
    private static partial Regex Line();

    [GeneratedRegex("^LoadCredential=([^:]+):(.+)$")]
    private static partial Regex Credential();

    [GeneratedRegex("^Environment=([A-Z_]+)=(.+)$")]
    private static partial Regex Variable();

    private static List<string> Lines(string unit) =>
        [.. File.ReadAllLines(Path.Combine(Units, unit)).Where(l => l.Length > 0 && !l.StartsWith('#'))];

    private static async Task<(int ExitCode, string Said)> AnalyzeAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("systemd-analyze", [.. arguments, "--no-pager"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await said + await complained);
    }
}
