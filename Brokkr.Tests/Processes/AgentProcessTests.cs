using System.Diagnostics;
using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api;
using Brokkr.Tests.Agent.Cluster.Connection;
using Brokkr.Tests.Agent.Deployment;
using Brokkr.Tests.Broker;
using Brokkr.Tests.DemoCluster;

namespace Brokkr.Tests.Processes;

/// <summary>The agent as operators start it: what it says, and how it ends.</summary>
public sealed class AgentProcessTests(BrokerFixture broker) : IClassFixture<BrokerFixture>, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("brokkr-agent-").FullName;

    [Theory]
    [InlineData("--agent.colour=red", "There is no setting agent.colour: the keys of [agent] are ")]
    [InlineData("--agent.poll_interval=0", "agent.poll_interval must be between 1 and 3600")]
    [InlineData("--agent.kubeconfig=/does/not/exist", "agent.kubeconfig (/does/not/exist) cannot be used: ")]
    [InlineData("--agent.kubeconfig=/proc/self/cmdline", "agent.kubeconfig (/proc/self/cmdline) cannot be used: ")]
    [InlineData("--agent.namespaces=shop,Billing", "agent.namespaces has \"Billing\": a namespace is 1 to 63 lower-case letters, ")]
    [InlineData("--agent.telemetry.log_level=chatty", "agent.telemetry.log_level must be one of debug, information, warning, error")]
    [InlineData("--agent.broker_proxy=proxy:3128", "agent.broker_proxy must be the URL of a proxy")]
    [InlineData("--agent.pak=brokkr", "agent.pak (or the content of agent.pak_file) must be the agent's PAK")]
    public async Task A_setting_that_cannot_be_used_stops_the_start_with_one_sentence(string argument, string sentence)
    {
        var (id, pak) = await broker.GivenAgentAsync();
        await using var agent = Start(id, pak, "http://127.0.0.1:1", argument);

        (await agent.ExitCodeAsync()).Should().Be(2);
        agent.Said.Should().StartWith(sentence).And.NotContain("   at ").And.NotContain(pak);
    }

    [Fact]
    public async Task Settings_can_be_checked_without_starting_and_all_that_is_wrong_is_told_at_once()
    {
        var (id, pak) = await broker.GivenAgentAsync();
        await using var good = Start(id, pak, "http://127.0.0.1:1", "--check-config", Kubeconfig("http://127.0.0.1:1"));
        await using var bad = RunningProgram.Start("brokkr-agent", ["--check-config", "--agent.broker_url=broker:8081", "--agent.agent_id=edge-1",
            "--agent.colour=red", "--agent.namespaces=Billing", "--agent.deployment.predecessor=edge-0", "--agent.cluster_proxy=proxy:3128"]);

        (await good.ExitCodeAsync()).Should().Be(0, good.Said);
        (await bad.ExitCodeAsync()).Should().Be(2, bad.Said);
        bad.Said.Should().Contain("There is no setting agent.colour").And.Contain("agent.broker_url must be").And.Contain("agent.agent_id must be")
            .And.Contain("agent.pak (or").And.Contain("agent.namespaces has").And.Contain("agent.deployment.predecessor must be")
            .And.Contain("agent.cluster_proxy must be");
    }

    [Fact]
    public async Task Without_a_broker_and_an_api_server_it_keeps_trying_says_so_once_and_stops_when_told()
    {
        var (id, pak) = await broker.GivenAgentAsync();
        await using var agent = Start(id, pak, "http://127.0.0.1:1", Kubeconfig("http://127.0.0.1:1"));
        await Eventually.IsAsync("it says what is wrong", () => Task.FromResult(
            agent.Said.Contains("The broker does not answer", StringComparison.Ordinal)
            && agent.Said.Contains("api/v1/pods cannot be read", StringComparison.Ordinal)));

        await Task.Delay(TimeSpan.FromSeconds(3));
        agent.HasExited.Should().BeFalse();
        agent.Said.Split("The broker does not answer").Should().HaveCount(2, "it is said once");
        agent.Said.Split("api/v1/pods cannot be read").Should().HaveCount(2, "it is said once");
        agent.Said.Should().NotContain(pak);
        await EndsAsync(agent);
    }

    [Fact]
    public async Task Without_any_cluster_it_says_how_to_name_one()
    {
        var (id, pak) = await broker.GivenAgentAsync();
        await using var agent = RunningProgram.Start(
            "brokkr-agent", ["--agent.broker_url=http://127.0.0.1:1", $"--agent.agent_id={id}", $"--agent.pak={pak}"],
            new Dictionary<string, string> { ["HOME"] = _directory, ["KUBECONFIG"] = "", ["KUBERNETES_SERVICE_HOST"] = "" }, _directory);

        (await agent.ExitCodeAsync()).Should().Be(2);
        agent.Said.Should().Contain("There is no cluster to look after: name a kubeconfig in agent.kubeconfig or $KUBECONFIG, put one at ~/.kube/config, or")
            .And.NotContain("   at ");
    }

    [Theory]
    [InlineData("text", "information", @"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: .*\[2602\] brokkr-agent \d+\.\d+\.\d+ starts: agent ")]
    [InlineData("json", "information", @"(?m)^\{""Timestamp"":""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"",""EventId"":2602,")]
    [InlineData("text", "warning", null)]
    public async Task What_is_said_has_a_time_and_the_form_and_the_level_that_are_set(string format, string level, string? begins)
    {
        var (id, pak) = await broker.GivenAgentAsync();
        await using var cluster = await RunningCluster.StartAsync();
        await using var agent = Start(id, pak, $"http://{broker.Grpc.Target}", Kubeconfig(cluster.Url), $"--agent.telemetry.log_format={format}",
            $"--agent.telemetry.log_level={level}");
        await Eventually.IsAsync("it has listed the cluster", () => Task.FromResult(cluster.Requests.Of("watch", "/api/v1/pods") > 0));

        if (begins is null)
        {
            await EndsAsync(agent);
            agent.Said.Should().NotContain("starts").And.NotContain("info:");
            return;
        }

        await Eventually.IsAsync("it is ready", () => Task.FromResult(agent.Said.Contains("Ready: the cluster is listed", StringComparison.Ordinal)));
        await EndsAsync(agent);
        agent.Said.Should().MatchRegex(begins).And.Contain("Stopping");
    }

    [Fact]
    public async Task A_refused_key_is_said_and_tried_on()
    {
        var (id, pak) = await broker.GivenAgentAsync();
        await broker.SqlAsync($"DELETE FROM paks WHERE agent_id = '{id}'");
        await using var cluster = await RunningCluster.StartAsync();
        await using var agent = Start(id, pak, $"http://{broker.Grpc.Target}", Kubeconfig(cluster.Url));

        await Eventually.IsAsync("it says that it is refused", () =>
            Task.FromResult(agent.Said.Contains("The broker refuses this agent (Unauthenticated)", StringComparison.Ordinal)));

        agent.HasExited.Should().BeFalse();
        agent.Said.Should().Contain("agent.pak").And.NotContain(pak);
        await EndsAsync(agent);
    }

    [Fact]
    public async Task While_the_api_server_hangs_it_stops_as_fast()
    {
        var (id, pak) = await broker.GivenAgentAsync(await broker.GivenStackAsync());
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.Delay = TimeSpan.FromMinutes(10);
        await using var agent = Start(id, pak, $"http://{broker.Grpc.Target}", Kubeconfig(cluster.Url));
        await Eventually.IsAsync("it lists", () => Task.FromResult(cluster.Requests.Of("list", "/api/v1/pods") > 0));

        await EndsAsync(agent);
    }

    [Fact]
    public async Task It_deploys_reports_and_answers_diagnostic_requests()
    {
        await using var cluster = await RunningCluster.StartAsync(new() { Token = "of-the-program" });
        var kubeconfig = Path.Combine(_directory, "kubeconfig");
        CredentialTests.WriteWithTokenProgram(kubeconfig, cluster.Url, "of-the-program");
        var stack = await broker.GivenStackAsync();
        var crashing =
            await GivenObjectAsync(stack, "crash", await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Fixtures, "scenarios", "crash-loop.yaml")));
        var settings = await GivenObjectAsync(stack, "settings", ApplyTests.AConfigMap("fresh", "a: one"));
        var (id, pak) = await broker.GivenAgentAsync(stack);
        await using var agent = Start(id, pak, $"http://{broker.Grpc.Target}", $"--agent.kubeconfig={kubeconfig}", "--agent.deployment.mode=apply");

        await Eventually.IsAsync("what is applied is healthy", async () => (string?)(await HealthAsync(settings))["status"] == "healthy");
        await Eventually.IsAsync("what crashes is failing", async () => (string?)(await HealthAsync(crashing))["status"] == "failing");
        var (_, asked) = await broker.RestAsync(HttpMethod.Post, $"/api/v1/deployment-objects/{crashing}/diagnostics", broker.AdminPak);
        JsonNode answer = asked;
        await Eventually.IsAsync("the request is answered", async () =>
            (string?)(answer =
                (await broker.RestAsync(HttpMethod.Get, $"/api/v1/diagnostics/{asked["request_id"]}", broker.AdminPak)).Body)["status"] == "completed");

        (await HealthAsync(crashing))["summary"]!["conditions"]!.AsArray().Select(c => (string?)c).Should().Contain("CrashLoopBackOff");
        answer["result"]!["findings"]!.AsArray().Select(f => (string?)f!["code"]).Take(2).Should().Equal("apply_failed", "crash_loop");
        answer["result"]!["log_tails"]!.ToJsonString().Should().Contain("Error connecting to database");
        await EndsAsync(agent);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static async Task EndsAsync(RunningProgram agent)
    {
        var clock = Stopwatch.StartNew();
        await agent.SignalAsync("TERM");
        (await agent.ExitCodeAsync()).Should().Be(0);
        // Five seconds are the agent's; the rest is for a machine that is busy.
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
        agent.Said.Should().NotContain("crit:").And.NotContain("BackgroundService failed");
    }

    private async Task<JsonNode> HealthAsync(string objectId) =>
        (await broker.RestAsync(HttpMethod.Get, $"/api/v1/deployment-objects/{objectId}/health", broker.AdminPak)).Body;

    private async Task<string> GivenObjectAsync(string stack, string name, string yaml)
    {
        var (status, body) = await broker.RestAsync(
            HttpMethod.Post, $"/api/v1/stacks/{stack}/deployment-objects", broker.AdminPak, new JsonObject { ["name"] = name, ["yaml"] = yaml }.ToJsonString());
        status.Should().Be(201, body.ToJsonString());
        return (string)body["id"]!;
    }

    private string Kubeconfig(string url)
    {
        var path = Path.Combine(_directory, "kubeconfig");
        DemoKubeconfig.Write(path, url, "any-token");
        return $"--agent.kubeconfig={path}";
    }

    private RunningProgram Start(string id, string pak, string url, params string[] arguments) => RunningProgram.Start(
        "brokkr-agent", arguments.Contains("--agent.pak=brokkr") ? arguments : [.. arguments, $"--agent.pak={pak}"],
        new Dictionary<string, string>
        {
            ["BROKKR__AGENT__BROKER_URL"] = url,
            ["BROKKR__AGENT__AGENT_ID"] = id,
            ["BROKKR__AGENT__HEALTH_PORT"] = "0",
            ["BROKKR__AGENT__DEPLOYMENT__MODE"] = "observe",
            ["BROKKR__AGENT__POLL_INTERVAL"] = "1",
        },
        _directory);
}
