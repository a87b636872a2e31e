using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Brokkr.Agent;
using Brokkr.Broker;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Brokkr.Contracts.Configuration;
using Brokkr.Tests.Contracts.Configuration;

namespace Brokkr.Tests.Charts;

/// <summary>Agent and broker start with the configuration that the charts write, and its keys are documented.</summary>
[Collection(nameof(ChangesTheEnvironment))]
public sealed partial class ChartConfigurationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-chart-").FullName;
    private readonly List<string> _variables = [];

    public static TheoryData<string, string> Cases => ChartCase.Names(ChartCase.All);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_program_takes_what_the_chart_configures(string chart, string name)
    {
        var rendered = await ChartRenderer.RenderAsync(ChartCase.Find(chart, name));

        if (chart == ChartCase.AgentChart)
            Load<AgentOptions>("agent", rendered).Flaws().Should().BeEmpty();
        else
            Load<BrokerOptions>("broker", rendered).Flaws().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_key_that_a_chart_writes_is_documented(string chart, string name)
    {
        var rendered = await ChartRenderer.RenderAsync(ChartCase.Find(chart, name));
        var documented = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "configuration.md"));

        var (keys, section) = (new List<string>(), "");
        foreach (var line in rendered.Configuration.Split('\n'))
        {
            // The keys of a list's tables stand in the list's own row.
            if (line.StartsWith("[[", StringComparison.Ordinal))
                section = "";
            else if (Section().Match(line) is { Success: true } table)
                section = table.Groups[1].Value;
            else if (section.Length > 0 && Key().Match(line) is { Success: true } key)
                keys.Add($"{section}.{key.Groups[1].Value}");
        }

        keys.Should().HaveCountGreaterThan(6).And.OnlyHaveUniqueItems().And.OnlyContain(k => documented.Contains($"`{k}`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_nothing_set_the_agent_runs_as_it_does_without_a_chart_but_for_writing()
    {
        var options = Load<AgentOptions>("agent", await ChartRenderer.RenderAsync(ChartCase.Find(ChartCase.AgentChart, "minimal")));

        options.Should().BeEquivalentTo(new AgentOptions
        {
            Connection = new()
            {
                BrokerUrl = "https://broker.example.com:8443",
                AgentId = "6f8f5a4e-2f0e-4a57-9d3a-0c6f3b1f7e11",
                PakFile = options.Connection.PakFile,
            },
            Deployment = new() { Mode = "observe" },
        });
    }

    [Fact]
    public async Task With_nothing_set_the_broker_keeps_and_judges_as_it_does_without_a_chart()
    {
        var options = Load<BrokerOptions>("broker", await ChartRenderer.RenderAsync(ChartCase.Find(ChartCase.BrokerChart, "minimal")));

        options.Should().BeEquivalentTo(new BrokerOptions(), same =>
            same.Excluding(o => o.Tls).Excluding(o => o.AdminPakFile).Excluding(o => o.Database).Excluding(o => o.Telemetry));
        options.Telemetry.LogFormat.Should().Be("json");
        options.Database.Should().BeEquivalentTo(
            new DatabaseOptions { ConnectionString = "from brokkr-database connection-string" }, "nothing is asked of a standby");
    }

    [Fact]
    public async Task Every_documented_value_of_the_agent_reaches_its_setting()
    {
        var options = Load<AgentOptions>("agent", await ChartRenderer.RenderAsync(ChartCase.Find(ChartCase.AgentChart, "everything")));

        (options.Health.Enabled, options.Health.CheckInterval).Should().Be((false, 3600));
        (options.Diagnostics.Enabled, options.Diagnostics.LogTailLines, options.Diagnostics.EventLookbackMinutes).Should().Be((false, 1000, 1440));
        (options.Deployment.Mode, options.Connection.PollInterval).Should().Be(("observe", 30));
        options.Cluster.Namespaces.Should().Equal("prod");
        (await File.ReadAllTextAsync(options.Health.RulesFile)).Should().Be("# 'Rules' with \"quotes\", {{ braces }}, <tags> & a \\\\ backslash\nkinds: {}\n");
        var connection = options.Connection;
        new[] { connection.BrokerCa, connection.BrokerClientCertificate, connection.BrokerClientKey }.Select(Path.GetFileName).Should()
            .Equal("ca.crt", "tls.crt", "tls.key");
    }

    [Fact]
    public async Task Every_value_of_the_broker_reaches_its_setting()
    {
        var all = Load<BrokerOptions>("broker", await ChartRenderer.RenderAsync(ChartCase.Find(ChartCase.BrokerChart, "everything")));
        var open = Load<BrokerOptions>("broker", await ChartRenderer.RenderAsync(ChartCase.Find(ChartCase.BrokerChart, "cleartext-behind-proxies")));

        (all.AuditDays, all.Health.StaleAfterSeconds, all.Health.HistoryDays).Should().Be((365, 600, 90));
        (all.Diagnostics.RetentionMinutes, all.Diagnostics.CleanupIntervalMinutes, all.Limits.PakBurst).Should().Be((30, 5, 2000));
        (all.Telemetry.LogFormat, all.Telemetry.OtlpEndpoint, all.AllowCleartext).Should().Be(("text", "http://collector:4317", false));
        (all.Tls.Enabled, Path.GetFileName(all.Tls.ClientCa), Path.GetFileName(all.BootstrapPakFile)).Should().Be((true, "ca.crt", "pak"));
        all.Database.Should().BeEquivalentTo(
            new { ConnectionString = "from pg uri", ReadConnectionString = "from pg standby-uri", ReadLagSeconds = 30 });
        (open.Tls.Enabled, open.AllowCleartext, open.CleartextAddress).Should().Be((false, true, null), "the ports without TLS are open to the proxies");
        open.TrustedProxies.Should().Equal("10.0.0.0/8", "2001:db8::7");
        open.CorsOrigins.Should().Equal("https://console.example.com");
        (all.PublicUrl, all.Health.StackMetrics, all.Alerts.Enabled, all.Alerts.HistoryDays).Should().Be(("https://brokkr.example.com", 50, true, 30));
        (Path.GetFileName(all.SecretsKeyFile), all.Alerts.ProxyUrl).Should().Be(("secrets.key", "http://proxy.example.com:3128"));
        all.Alerts.AllowedNetworks.Concat(all.Alerts.ProxyHosts).Should().Equal("10.0.0.0/8", "hooks.slack.com");
        var (chat, mail) = (all.Alerts.Receivers.Parts[0], all.Alerts.Receivers.Parts[1]);
        (chat.Name, chat.Kind, Path.GetFileName(chat.UrlFile)).Should().Be(("on-call", "slack", "slack-url"));
        (mail.Kind, Path.GetFileName(mail.SecretFile), mail.MailPort, mail.MailHost).Should().Be(("email", "mail-password", 465, "mail.example.com"));
        mail.MailTo.Should().Equal("ops@example.com", "night <\"&'>@example.com");
        var (shop, everything) = (all.Alerts.Rules.Parts[0], all.Alerts.Rules.Parts[1]);
        (shop.GroupBy, shop.HoldFailingSeconds, shop.RepeatMinutes, shop.HoldDegradedSeconds).Should().Be(("agent", 60, 0, null));
        shop.Statuses.Concat(shop.Stacks).Concat(shop.Receivers).Should().Equal("failing", "silent", "shop", "on-call");
        (everything.Name, everything.Enabled).Should().Be(("everything", false));
    }

    [Theory]
    [InlineData(typeof(ReceiverOptions), "receivers")]
    [InlineData(typeof(RuleOptions), "rules")]
    public void The_chart_knows_each_field_of_receivers_and_rules(Type options, string list)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(ChartRenderer.DirectoryOf(ChartCase.BrokerChart), "values.schema.json")));

        schema.RootElement.GetProperty("properties").GetProperty("alerts").GetProperty("properties").GetProperty(list).GetProperty("items")
            .GetProperty("properties").EnumerateObject().Select(p => Regex.Replace(p.Name, "Key$", "File"))
            .Should().BeEquivalentTo(options.GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)));
    }

    [Theory]
    [InlineData(typeof(AgentOptions), "health.checkIntervalSeconds", "Health.CheckInterval")]
    [InlineData(typeof(AgentOptions), "diagnostics.logTailLines", "Diagnostics.LogTailLines")]
    [InlineData(typeof(AgentOptions), "diagnostics.eventLookbackMinutes", "Diagnostics.EventLookbackMinutes")]
    [InlineData(typeof(BrokerOptions), "auditDays", "AuditDays")]
    [InlineData(typeof(BrokerOptions), "database.readLagSeconds", "Database.ReadLagSeconds")]
    [InlineData(typeof(BrokerOptions), "fleet.revisionsKept", "Fleet.RevisionsKept")]
    [InlineData(typeof(BrokerOptions), "health.staleAfterSeconds", "Health.StaleAfterSeconds")]
    [InlineData(typeof(BrokerOptions), "health.historyDays", "Health.HistoryDays")]
    [InlineData(typeof(BrokerOptions), "health.stackMetrics", "Health.StackMetrics")]
    [InlineData(typeof(BrokerOptions), "alerts.historyDays", "Alerts.HistoryDays")]
    [InlineData(typeof(BrokerOptions), "diagnostics.retentionMinutes", "Diagnostics.RetentionMinutes")]
    [InlineData(typeof(BrokerOptions), "diagnostics.cleanupIntervalMinutes", "Diagnostics.CleanupIntervalMinutes")]
    public void The_schema_bounds_a_value_as_the_program_does(Type options, string value, string property)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(
            Path.Combine(ChartRenderer.DirectoryOf(options == typeof(AgentOptions) ? ChartCase.AgentChart : ChartCase.BrokerChart), "values.schema.json")));
        var bounds = value.Split('.').Aggregate(schema.RootElement, (s, key) => s.GetProperty("properties").GetProperty(key));

        PropertyInfo? found = null;
        foreach (var part in property.Split('.'))
            found = (found?.PropertyType ?? options).GetProperty(part);
        var range = found!.GetCustomAttribute<RangeAttribute>()!;

        (bounds.GetProperty("minimum").GetInt32(), bounds.GetProperty("maximum").GetInt32()).Should().Be(((int)range.Minimum, (int)range.Maximum));
    }

    [Fact]
    public async Task The_secrets_that_the_pods_mount_are_readable_for_their_group_alone()
    {
        var (agent, broker) = (await ChartRenderer.RenderAsync(ChartCase.Find(ChartCase.AgentChart, "everything")),
            await ChartRenderer.RenderAsync(ChartCase.Find(ChartCase.BrokerChart, "everything")));

        foreach (var volume in agent.Pod.At("spec.volumes").Items().Concat(broker.Pod.At("spec.volumes").Items())
            .Where(v => v["secret"] is not null && (string)v["name"]! != "client-ca"))
            ((int)volume.At("secret.defaultMode")!).Should().Be(0b100_100_000, (string)volume["name"]!);
    }

    public void Dispose()
    {
        _variables.ForEach(name => Environment.SetEnvironmentVariable(name, null));
        Directory.Delete(_directory, recursive: true);
    }

    [GeneratedRegex(@"^\[([a-z.]+)\]$")]
    private static partial Regex Section();

    [GeneratedRegex("^([a-z_]+) = ")]
    private static partial Regex Key();

    /// <summary>Loads settings as the container finds them: its files below a directory of ours, and its environment.</summary>
    private T Load<T>(string section, RenderedChart rendered) where T : OptionsSection, new()
    {
        rendered.Error.Should().BeEmpty();
        var toml = rendered.Configuration.Replace("/etc/brokkr/", $"{_directory}/", StringComparison.Ordinal);
        foreach (Match file in Regex.Matches(toml, $"\"({Regex.Escape(_directory)}/[^\"]+)\""))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file.Groups[1].Value)!);
            File.WriteAllText(file.Groups[1].Value, Path.GetFileName(file.Groups[1].Value) == "rules.yaml"
                ? (string)rendered.Only("ConfigMap")["data"]!["rules.yaml"]! : Pak.Create(PakRole.Agent).Reveal());
        }

        var configuration = Path.Combine(_directory, "brokkr.toml");
        File.WriteAllText(configuration, toml);
        foreach (var variable in rendered.Container["env"].Items())
        {
            Set((string)variable["name"]!, (string?)variable["value"]
                ?? $"from {variable.At("valueFrom.secretKeyRef.name")} {variable.At("valueFrom.secretKeyRef.key")}");
        }

        Set("BROKKR_CONFIG", configuration);
        return ConfigurationLoader.Load<T>(section, []);
    }

    private void Set(string name, string value)
    {
        _variables.Add(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}
