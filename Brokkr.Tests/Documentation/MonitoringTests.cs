using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Brokkr.Tests.Documentation;

/// <summary>What operators give to Prometheus and Grafana.</summary>
public sealed partial class MonitoringTests : IDisposable
{
    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "deploy", "monitoring");

    private readonly string _rules = Path.GetTempFileName();

    [Theory]
    [InlineData("check", "rules", "alerts.yaml")]
    [InlineData("test", "rules", "alerts.test.yaml")]
    public void Promtool_finds_the_alerts_right(params string[] arguments) => Promtool(arguments).Should().Be((0, ""));

    [Fact]
    public void Promtool_finds_every_expression_of_the_dashboard_right()
    {
        var rules = Expressions().Select((e, i) =>
            new JsonObject { ["record"] = $"dashboard:{i}", ["expr"] = e.Replace("$__rate_interval", "5m", StringComparison.Ordinal) });
        File.WriteAllText(_rules,
            new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "dashboard", ["rules"] = new JsonArray([.. rules]) }) }.ToJsonString());

        Promtool("check", "rules", _rules).Should().Be((0, ""));
    }

    [Fact]
    public void Each_alert_is_explained_and_no_other_is()
    {
        var alerts = Alert().Matches(File.ReadAllText(Path.Combine(Folder, "alerts.yaml"))).Select(m => m.Groups[1].Value);
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "operations.md"));

        ExplainedAlert().Matches(page).Select(m => m.Groups[1].Value).Should().BeEquivalentTo(alerts).And.HaveCountGreaterThan(5);
    }

    [Fact]
    public void The_dashboard_can_be_imported()
    {
        var panels = Dashboard()["panels"]!.AsArray();

        panels.Select(p => (int)p!["id"]!).Should().OnlyHaveUniqueItems();
        panels.Where(p => (string?)p!["type"] != "row").Select(p => (string?)p!["datasource"]!["uid"]).Should().AllBe("${datasource}");
        Dashboard()["templating"]!["list"]!.AsArray().Select(v => (string?)v!["name"]).Should().Contain("datasource");
        var places = panels.Select(p => p!["gridPos"]!).Select(g => ((int)g["x"]!, (int)g["y"]!, (int)g["w"]!, (int)g["h"]!)).ToList();
        places.Should().OnlyContain(g => g.Item1 + g.Item3 <= 24);
        places.SelectMany(g => from x in Enumerable.Range(g.Item1, g.Item3) from y in Enumerable.Range(g.Item2, g.Item4) select (x, y)).Should()
            .OnlyHaveUniqueItems("no panel lies on another");
    }

    /// <summary>The metrics that alerts and dashboard ask for, without the endings that a histogram's series have.</summary>
    public static IReadOnlyList<string> Asked() =>
    [
        .. Metric().Matches(string.Join('\n', Expressions().Append(File.ReadAllText(Path.Combine(Folder, "alerts.yaml")))))
            .Select(m => Regex.Replace(m.Value, "_(bucket|count|sum)$", "")).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The metrics of our own that a page of the documentation has in its tables.</summary>
    public static IReadOnlyList<string> Documented(string page) =>
    [
        .. File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", page)).Where(l => l.StartsWith("| `brokkr_", StringComparison.Ordinal))
            .SelectMany(l => Metric().Matches(l.Split('|')[1]).Select(m => m.Value)).Distinct(),
    ];

    /// <summary>The metrics of our own on a page of Prometheus' text format.</summary>
    public static IReadOnlyList<string> Scraped(string text) =>
        [.. TypeLine().Matches(text).Select(m => m.Groups[1].Value).Where(m => m.StartsWith("brokkr_", StringComparison.Ordinal)).Distinct()];

    public void Dispose() => File.Delete(_rules);

    private static JsonNode Dashboard() => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "grafana-dashboard.json")))!;

    private static IEnumerable<string> Expressions() =>
        Dashboard()["panels"]!.AsArray().SelectMany(p => p!["targets"]?.AsArray() ?? []).Select(t => t!["expr"]!.GetValue<string>());

    private static (int Code, string Error) Promtool(params string[] arguments)
    {
        try
        {
            using var promtool = Process.Start(
                new ProcessStartInfo("promtool", arguments) { WorkingDirectory = Folder, RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = promtool.StandardOutput.ReadToEndAsync();
            var error = promtool.StandardError.ReadToEnd();
            promtool.WaitForExit();
            return (promtool.ExitCode, promtool.ExitCode == 0 ? error : error + output.Result);
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException("promtool is needed, which ./test brings along; otherwise it comes with Prometheus.");
        }
    }

    [GeneratedRegex(@"(?:brokkr|dotnet|db_client|kestrel|http_server)_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^# TYPE (\S+)", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"^\| `(Brokkr\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex ExplainedAlert();
}
