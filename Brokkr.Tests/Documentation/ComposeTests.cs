using Brokkr.DemoCluster.Api;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Tests.Documentation;

/// <summary>deploy/compose.yaml sets what the broker knows, publishes nothing to the world, and uses nothing that it does not declare.</summary>
public sealed class ComposeTests
{
    private static readonly YamlMappingNode Compose = Read();

    private static IEnumerable<YamlMappingNode> Services => ((YamlMappingNode)Compose["services"]).Children.Values.Cast<YamlMappingNode>();

    private static YamlMappingNode Broker => (YamlMappingNode)Compose["services"]["broker"];

    [Theory]
    [InlineData("broker")]
    [InlineData("agent")]
    public void The_settings_are_those_of_the_program(string service)
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "configuration.md"));

        foreach (var name in ((YamlMappingNode)Compose["services"][service]["environment"]).Children.Keys.Select(k => $"{k}"))
            page.Should().Contain($"`{name["BROKKR__".Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant()}`");
    }

    [Fact]
    public void Nothing_is_published_beyond_this_machine() =>
        Services.Where(s => s.Children.ContainsKey("ports")).SelectMany(s => (YamlSequenceNode)s["ports"]).Select(p => $"{p}").Should()
            .HaveCount(2).And.OnlyContain(p => p.StartsWith("127.0.0.1:"));

    [Fact]
    public void What_is_used_is_declared()
    {
        var services = (YamlMappingNode)Compose["services"];

        ((YamlMappingNode)Broker["depends_on"]).Children.Keys.Should().BeSubsetOf(services.Children.Keys);
        ((YamlSequenceNode)services["agent"]["depends_on"]).Children.Should().BeSubsetOf(services.Children.Keys);
        $"{services["agent"]["network_mode"]}".Should().Be("service:cluster");
        Services.Where(s => s.Children.ContainsKey("secrets")).SelectMany(s => (YamlSequenceNode)s["secrets"]).Select(s => $"{s}").Should()
            .BeEquivalentTo(((YamlMappingNode)Compose["secrets"]).Children.Keys.Select(k => $"{k}"));
        Compose.Children.Keys.Select(k => $"{k}").Should().BeEquivalentTo("services", "volumes", "configs", "secrets");
        $"{services["database"]["environment"]["POSTGRES_PASSWORD"]}".Should().Contain(":?", "there is no password that everybody knows");
    }

    [Theory]
    [InlineData("broker", "brokkr-broker", "Brokkr.Broker")]
    [InlineData("agent", "brokkr-agent", "Brokkr.Agent")]
    [InlineData("cluster", "brokkr-demo", "Brokkr.DemoCluster")]
    public void The_image_is_of_this_version(string service, string image, string project)
    {
        $"{Compose["services"][service]["image"]}".Should().Contain($":-{image}:{Brokkr.Contracts.ProgramVersion.Current}}}");
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, project, $"{project}.csproj")).Should()
            .Contain($"<ContainerRepository>{image}</ContainerRepository>");
    }

    [Fact]
    public void The_demo_is_there_for_those_who_ask_and_its_agent_changes_nothing()
    {
        foreach (var service in (string[])["cluster", "agent"])
            ((YamlSequenceNode)Compose["services"][service]["profiles"]).Select(p => $"{p}").Should().Equal("demo");
        $"{Compose["services"]["agent"]["environment"]["BROKKR__AGENT__DEPLOYMENT__MODE"]}".Should().Be("observe");
    }

    [Fact]
    public async Task The_recorded_cluster_is_where_the_agent_looks_for_it()
    {
        var command = ((YamlSequenceNode)Compose["services"]["cluster"]["command"]).Select(c => $"{c}").ToList();
        var kubeconfig = new FileInfo(Path.Combine(RepositoryRoot.Path, "deploy", $"{Compose["configs"]["kubeconfig"]["file"]}"));

        var (arguments, problem) = ServeArguments.Parse(command[1..]);
        var config = await k8s.KubernetesClientConfiguration.LoadKubeConfigAsync(kubeconfig);

        command[0].Should().Be("serve");
        problem.Should().BeNull();
        config.Clusters.Should().ContainSingle().Which.ClusterEndpoint.Server.Should().Be($"http://127.0.0.1:{arguments!.Options.Port}");
        config.CurrentContext.Should().Be(config.Contexts.Single().Name);
    }

    private static YamlMappingNode Read()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "deploy", "compose.yaml"))));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
