using System.Text.Json.Nodes;
using Brokkr.Broker;
using Brokkr.Broker.Alerts.Provisioning;
using Brokkr.Broker.Alerts.Rules;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Contracts.Configuration;
using Brokkr.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Brokkr.Tests.Broker.Alerts;

/// <summary>Receivers and rules out of the configuration.</summary>
[Collection(nameof(Contracts.Configuration.ChangesTheEnvironment))]
public sealed class ProvisionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-provision-").FullName;

    [Fact]
    public async Task What_the_file_says_is_there_cannot_be_changed_elsewhere_and_is_switched_off_when_it_leaves()
    {
        await using var inbox = await Inbox.OpenAsync();
        await using var broker = await StartAsync(Options(
            Receiver("ops", inbox.Url) + """
            [[broker.alerts.rules]]
            name = "shop"
            statuses = ["failing"]
            stacks = ["shop"]
            receivers = ["ops"]
            hold_failing_seconds = 7
            """), null);
        await Eventually.IsAsync("the receiver is there", async () => (await ListAsync(broker, "receivers")).Count == 1);
        var receiver = (await ListAsync(broker, "receivers"))[0]!;
        receiver["provisioned"]!.GetValue<bool>().Should().BeTrue();
        var rule = (await ListAsync(broker, "rules")).Single(r => (string)r!["name"]! == "shop")!;
        rule["hold_failing_seconds"]!.GetValue<int>().Should().Be(7);
        rule["stack_ids"]!.AsArray().Select(i => (string)i!).Should().Equal([$"{Guid.Empty}"], "nobody made the stack yet, and no list would mean all");
        rule["receiver_ids"]!.AsArray().Select(i => (string)i!).Should().Equal((string)receiver["id"]!);
        foreach (var path in new[] { $"alert-receivers/{receiver["id"]}", $"alert-rules/{rule["id"]}" })
        {
            var (status, body) = await broker.RestAsync(HttpMethod.Delete, $"/api/v1/{path}", broker.AdminPak);
            (status, (string)body["error"]!).Should().Be((409, "provisioned"));
        }

        (await broker.RestAsync(HttpMethod.Post, $"/api/v1/alert-receivers/{receiver["id"]}/test", broker.AdminPak, "{}")).Body["delivered"]!.GetValue<bool>()
            .Should().BeTrue();
        var (_, stack) = await broker.RestAsync(HttpMethod.Post, "/api/v1/stacks", broker.AdminPak, """{"name":"shop"}""");
        await broker.Services.GetRequiredService<ProvisionStore>().ApplyAsync(
            broker.Services.GetRequiredService<Provision>(), isStart: false, CancellationToken.None);
        (await ListAsync(broker, "rules")).Single(r => (string)r!["name"]! == "shop")!["stack_ids"]![0]!.GetValue<string>().Should().Be((string)stack["id"]!);

        await using var next = await StartAsync(Options(""), broker);
        await Eventually.IsAsync("it is off", async () => !(await ListAsync(broker, "receivers"))[0]!["enabled"]!.GetValue<bool>());
        var gone = (await ListAsync(broker, "receivers"))[0]!;
        (gone["provisioned"]!.GetValue<bool>(), (string)gone["id"]!).Should().Be((false, (string)receiver["id"]!));
        gone["problem"]!.GetValue<string>().Should().Contain("brokkr.toml");
        (await broker.SqlAsync("SELECT string_agg(action, ' ' ORDER BY id) FROM audit_trail WHERE actor = 'broker' AND action LIKE '%alert%'")).Should()
            .Be("provision_alert_receiver provision_alert_rule provision_alert_rule leave_alert_configuration leave_alert_configuration");
    }

    [Fact]
    public async Task A_receiver_that_answered_410_is_on_again_when_a_broker_starts_and_not_before()
    {
        var options = Options(Receiver("ops", "http://127.0.0.1:1"));
        await using var broker = await StartAsync(options, null);
        await Eventually.IsAsync("the receiver is there", async () => (await ListAsync(broker, "receivers")).Count == 1);
        await broker.SqlAsync("UPDATE alert_receivers SET enabled = FALSE, problem = 'It answered 410'");

        await broker.Services.GetRequiredService<ProvisionStore>().ApplyAsync(
            broker.Services.GetRequiredService<Provision>(), isStart: false, CancellationToken.None);
        (await ListAsync(broker, "receivers"))[0]!["enabled"]!.GetValue<bool>().Should().BeFalse();

        await using var next = await StartAsync(options, broker);
        await Eventually.IsAsync("it is on", async () => (await ListAsync(broker, "receivers"))[0]!["enabled"]!.GetValue<bool>());
        ((string)(await ListAsync(broker, "receivers"))[0]!["problem"]!).Should().BeEmpty();
    }

    [Fact]
    public void What_a_rule_of_the_file_leaves_out_is_as_in_a_rule_of_the_API()
    {
        var rule = Provision.Of(Options("[[broker.alerts.rules]]\nname = \"x\"\n"), canSeal: false).Rules.Single().Rule;

        rule.Should().BeEquivalentTo(AlertRule.Of(Guid.Empty, "x", new()));
    }

    [Theory]
    [InlineData("[[broker.alerts.receivers]]\nname = \"x\"\nkind = \"pigeon\"\n", "broker.alerts.receivers, x: kind: must be webhook")]
    [InlineData("[[broker.alerts.receivers]]\nname = \"x\"\nkind = \"webhook\"\nurl = \"https://hooks.example.com\"\n", "*secret_file: is missing*")]
    [InlineData("[[broker.alerts.receivers]]\nname = \"x\"\nkind = \"slack\"\nurl = \"https://10.0.0.1/x\"\n", "*private or reserved address*")]
    [InlineData("[[broker.alerts.rules]]\nname = \"x\"\nwait_seconds = 99999\n", "broker.alerts.rules, x: wait_seconds: must be between")]
    [InlineData("[[broker.alerts.rules]]\nname = \"x\"\n[[broker.alerts.rules]]\nname = \"x\"\n", "broker.alerts.rules has two of the name x")]
    [InlineData("[[broker.alerts.rules]]\nnam = \"x\"\n", "There is no setting broker.alerts.rules.0.nam")]
    [InlineData("[broker.alerts]\nrules = \"x\"\n", "broker.alerts.rules is a list of tables")]
    public void What_cannot_be_is_named_at_the_start(string toml, string message)
    {
        var read = () => Provision.Of(Options(toml), canSeal: true);
        read.Should().Throw<ConfigurationException>().WithMessage($"*{message}*");
    }

    [Fact]
    public void Receivers_need_a_key_to_encrypt_with()
    {
        var read = () => Provision.Of(Options(Receiver("ops", "http://127.0.0.1:1")), canSeal: false);
        read.Should().Throw<ConfigurationException>().WithMessage("*broker.secrets_key_file*");
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("BROKKR_CONFIG", null);
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<JsonArray> ListAsync(BrokerFixture broker, string what) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/alert-{what}", broker.AdminPak)).Body[what]!.AsArray();

    private static Task<BrokerFixture> StartAsync(AlertOptions options, BrokerFixture? beside) => BrokerFixture.StartAsync(o =>
    {
        (options.Enabled, o.Alerts) = (false, options);
        if (beside is not null)
            (o.Database.ConnectionString, o.SecretsKeyFile) = (beside.Options.Database.ConnectionString, beside.Options.SecretsKeyFile);
    });

    private string Receiver(string name, string url)
    {
        File.WriteAllText(Path.Combine(_directory, "url"), $"{url}/hook\n");
        File.WriteAllText(Path.Combine(_directory, "secret"), $"whsec_{Convert.ToBase64String(new byte[32])}\n");
        return $"""
            [broker.alerts]
            allowed_networks = ["127.0.0.0/8"]
            [[broker.alerts.receivers]]
            name = "{name}"
            kind = "webhook"
            url_file = "{_directory}/url"
            secret_file = "{_directory}/secret"

            """;
    }

    private AlertOptions Options(string toml)
    {
        var file = Path.Combine(_directory, "brokkr.toml");
        File.WriteAllText(file, toml);
        Environment.SetEnvironmentVariable("BROKKR_CONFIG", file);
        return ConfigurationLoader.Load<BrokerOptions>("broker", []).Alerts;
    }
}
