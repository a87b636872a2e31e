using YamlDotNet.RepresentationModel;

namespace Brokkr.Tests.Documentation;

/// <summary>deploy/compose.yaml sets what the broker knows, publishes nothing to the world, and uses nothing that it does not declare.</summary>
public sealed class ComposeTests
{
    private static readonly YamlMappingNode Compose = Read();

    private static YamlMappingNode Broker => (YamlMappingNode)Compose["services"]["broker"];

    [Fact]
    public void The_settings_are_those_of_the_broker()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "configuration.md"));

        foreach (var name in ((YamlMappingNode)Broker["environment"]).Children.Keys.Select(k => $"{k}"))
            page.Should().Contain($"`{name["BROKKR__".Length..].Replace("__", ".", StringComparison.Ordinal).ToLowerInvariant()}`");
    }

    [Fact]
    public void Nothing_is_published_beyond_this_machine() =>
        ((YamlSequenceNode)Broker["ports"]).Select(p => $"{p}").Should().OnlyContain(p => p.StartsWith("127.0.0.1:"));

    [Fact]
    public void What_is_used_is_declared()
    {
        var services = (YamlMappingNode)Compose["services"];

        ((YamlMappingNode)Broker["depends_on"]).Children.Keys.Should().BeSubsetOf(services.Children.Keys);
        ((YamlSequenceNode)Broker["secrets"]).Children.Should().BeSubsetOf(((YamlMappingNode)Compose["secrets"]).Children.Keys);
        Compose.Children.Keys.Select(k => $"{k}").Should().BeEquivalentTo("services", "volumes", "secrets");
        $"{services["database"]["environment"]["POSTGRES_PASSWORD"]}".Should().Contain(":?", "there is no password that everybody knows");
    }

    [Fact]
    public void The_image_is_of_this_version() => $"{Broker["image"]}".Should().Contain($"brokkr-broker:{Brokkr.Contracts.ProgramVersion.Current}");

    private static YamlMappingNode Read()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "deploy", "compose.yaml"))));
        return (YamlMappingNode)yaml.Documents[0].RootNode;
    }
}
