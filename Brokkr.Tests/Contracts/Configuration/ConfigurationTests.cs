using Brokkr.Agent;
using Brokkr.Broker;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Tests.Contracts.Configuration;

/// <summary>
/// Settings come from the file, the environment and the command line, and a wrong one stops the start with a sentence that says what is right.
/// </summary>
[Collection(nameof(ChangesTheEnvironment))]
public sealed class ConfigurationTests : IDisposable
{
    private const string Known = """
        [agent]
        broker_url = "http://broker:8081"
        agent_id = "6f8f5a4e-2f0e-4a57-9d3a-0c6f3b1f7e11"

        """;

    private readonly string _file = Path.GetTempFileName();
    private readonly List<string> _variables = [];

    [Fact]
    public void The_file_is_read_and_defaults_stand_for_the_rest()
    {
        var agent = Agent(Known + "namespaces = [\"a\", \"b\"]\npoll_interval = 5\n[agent.health]\nenabled = false\n[broker]\nhttp_port = 1\n");
        var broker = Load<BrokerOptions>("broker", "[broker]\nhttp_port = 8090\n[broker.diagnostics]\nlease_seconds = 30\n");

        (agent.Connection.BrokerUrl, agent.Connection.PollInterval, agent.Health.Enabled, agent.Probes.HealthPort).Should()
            .Be(("http://broker:8081", 5, false, 9091));
        agent.Cluster.Namespaces.Should().Equal("a", "b");
        (broker.HttpPort, broker.GrpcPort, broker.Diagnostics.LeaseSeconds).Should().Be((8090, 8081, 30));
    }

    [Fact]
    public void The_environment_wins_over_the_file_and_the_command_line_over_both()
    {
        Set("BROKKR__AGENT__POLL_INTERVAL", "7");
        Set("BROKKR__AGENT__HEALTH__CHECK_INTERVAL", "8");
        Set("BROKKR__AGENT__NAMESPACES", "x, y");

        var agent = Agent(Known + "poll_interval = 6\nnamespaces = [\"a\"]\n", "--agent.health.check_interval=9");

        (agent.Connection.PollInterval, agent.Health.CheckInterval).Should().Be((7, 9));
        agent.Cluster.Namespaces.Should().Equal("x", "y");
    }

    [Theory]
    [InlineData("[agent]\npol_interval = 5", "There is no setting agent.pol_interval: the keys of [agent] are ", "poll_interval")]
    [InlineData("[agent.health]\ncheck = 5", "There is no setting agent.health.check: the keys of [agent.health] are ", "check_interval")]
    [InlineData("[agent.connection]\nbroker_url = \"http://b\"", "There is no setting agent.connection: the keys of [agent] are broker_url, agent_id, ",
        "health_port")]
    [InlineData("[agents]\nx = 1", "There is no section [agents]: ", "[agent]")]
    [InlineData("[agent]\nhealth = true", "agent.health is a section", "check_interval")]
    [InlineData("[agent]\nbroker_url = \"http://b\"\nagent_id = \"x\"\npoll_interval = 0", "agent.poll_interval must be between 1 and 3600", "\"0\"")]
    [InlineData("[agent]\npoll_interval = \"often\"", "agent.poll_interval must be a whole number", "\"often\"")]
    [InlineData("[agent.health]\nenabled = 1", "agent.health.enabled must be true or false", "\"1\"")]
    [InlineData("[agent]\nbroker_url = \"http://b\"\nagent_id = \"x\"\nhealth_port = 70000", "agent.health_port must be between 0 and 65535", "70000")]
    [InlineData("[agent.deployment]\nmode = \"watch\"", "agent.deployment.mode must be one of ", "observe")]
    [InlineData("[agent]\npoll_interval = 5", "agent.broker_url is missing", "BROKKR__AGENT__BROKER_URL")]
    public void A_wrong_setting_of_the_agent_is_named_with_what_is_right(string toml, string sentence, string right) =>
        FluentActions.Invoking(() => Agent(toml)).Should().Throw<ConfigurationException>().Which.Message.Should().StartWith(sentence).And.Contain(right);

    [Theory]
    [InlineData("[broker]\nport = 1", "There is no setting broker.port: the keys of [broker] are ", "http_port")]
    [InlineData("[broker]\nhttp_port = -1", "broker.http_port must be between 0 and 65535", "-1")]
    [InlineData("[broker.database]\nurl = \"x\"", "There is no setting broker.database.url", "connection_string")]
    [InlineData("[broker]\nallow_cleartext = \"yes\"", "broker.allow_cleartext must be true or false", "yes")]
    public void A_wrong_setting_of_the_broker_is_named_with_what_is_right(string toml, string sentence, string right) =>
        FluentActions.Invoking(() => Load<BrokerOptions>("broker", toml)).Should().Throw<ConfigurationException>().Which.Message.Should()
            .StartWith(sentence).And.Contain(right);

    [Fact]
    public void A_file_that_is_not_toml_is_named_with_the_line() =>
        FluentActions.Invoking(() => Agent("[agent]\npoll_interval = 5\nbroker_url = http\n")).Should().Throw<ConfigurationException>()
            .Which.Message.Should().StartWith($"{_file} is not TOML as it should be").And.Contain("(3,");

    [Fact]
    public void A_file_that_is_named_and_does_not_exist_is_an_error()
    {
        Set("BROKKR_CONFIG", _file + ".absent");

        FluentActions.Invoking(() => ConfigurationLoader.Load<AgentOptions>("agent", [])).Should().Throw<ConfigurationException>()
            .WithMessage($"{_file}.absent cannot be read*");
    }

    [Theory]
    [InlineData("broker_url=x", "The argument broker_url=x is not of the form --section.key=value.")]
    [InlineData("--agent.pak", "The argument --agent.pak has no value: write --agent.pak=VALUE.")]
    [InlineData("--agent.colour=red", "There is no setting agent.colour")]
    public void A_wrong_argument_is_named(string argument, string sentence) =>
        FluentActions.Invoking(() => Agent(Known, argument)).Should().Throw<ConfigurationException>().Which.Message.Should().StartWith(sentence);

    [Theory]
    [InlineData("broker_url = \"broker:8081\"", "agent.broker_url must be an http or https URL")]
    [InlineData("agent_id = \"edge-1\"", "agent.agent_id must be the UUID")]
    [InlineData("pak = \"secret-thing\"", "agent.pak (or the content of agent.pak_file) must be the agent's PAK")]
    [InlineData("pak_file = \"/does/not/exist\"", "agent.pak_file names /does/not/exist, which does not exist.")]
    public void What_no_agent_could_use_is_refused_without_showing_secrets(string line, string sentence)
    {
        var key = line[..line.IndexOf(' ', StringComparison.Ordinal)];
        var toml = string.Join('\n', Known.Split('\n').Where(l => !l.StartsWith(key, StringComparison.Ordinal))) + line;

        var flaws = Agent(toml).Flaws().ToList();

        flaws.Should().Contain(f => f.StartsWith(sentence)).And.NotContain(f => f.Contains("secret-thing"));
    }

    public void Dispose()
    {
        _variables.ForEach(name => Environment.SetEnvironmentVariable(name, null));
        File.Delete(_file);
    }

    private AgentOptions Agent(string toml, params string[] arguments) => Load<AgentOptions>("agent", toml, arguments);

    private T Load<T>(string section, string toml, params string[] arguments) where T : OptionsSection, new()
    {
        File.WriteAllText(_file, toml);
        Set("BROKKR_CONFIG", _file);
        return ConfigurationLoader.Load<T>(section, arguments);
    }

    private void Set(string name, string value)
    {
        _variables.Add(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}

/// <summary>Tests that change the environment, which is everybody's: they run when nothing else does.</summary>
[CollectionDefinition(nameof(ChangesTheEnvironment), DisableParallelization = true)]
public static class ChangesTheEnvironment;
