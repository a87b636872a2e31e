using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Brokkr.Agent;
using Brokkr.Broker;
using Brokkr.Contracts.Configuration;
using Brokkr.Tests.Contracts.Configuration;

namespace Brokkr.Tests.Documentation;

/// <summary>What holds of every page of the documentation.</summary>
[Collection(nameof(ChangesTheEnvironment))]
public sealed partial class PageTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public static TheoryData<string> Pages => [.. Markdown().Select(p => Path.GetRelativePath(RepositoryRoot.Path, p))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_leads_somewhere(string page)
    {
        var text = WithoutCode(File.ReadAllText(Path.Combine(RepositoryRoot.Path, page)));
        foreach (var target in Link().Matches(text).Select(m => m.Groups[1].Value).Where(t => !t.StartsWith("http", StringComparison.Ordinal)))
        {
            var (path, anchor) = target.Split('#', 2) is [var before, var after] ? (before, after) : (target, "");
            var file = path.Length == 0
                ? Path.Combine(RepositoryRoot.Path, page)
                : Path.GetFullPath(Path.Combine(RepositoryRoot.Path, Path.GetDirectoryName(page)!, path));
            (File.Exists(file) || Directory.Exists(file)).Should().BeTrue($"{page} links to {target}");
            if (anchor.Length > 0)
                Anchors(file).Should().Contain(anchor, $"{page} links to {target}");
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_JSON_can_be_read(string page)
    {
        foreach (var block in Blocks(page, "json"))
            FluentActions.Invoking(() => JsonNode.Parse(block)).Should().NotThrow($"{page} shows\n{block}");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_configuration_is_what_the_programs_take(string page)
    {
        foreach (var block in Blocks(page, "toml").Concat(Indented(page).Where(b => SectionHead().IsMatch(b))))
        {
            File.WriteAllText(_file, block);
            // Each program reads its own sections; a key that it does not know, or a value that does not fit, throws.
            if (block.Contains("[broker", StringComparison.Ordinal))
                Load<BrokerOptions>("broker");
            if (block.Contains("[agent", StringComparison.Ordinal))
                Load<AgentOptions>("agent", "--agent.broker_url=http://127.0.0.1:8081", "--agent.agent_id=00000000-0000-4000-8000-000000000001");
        }
    }

    [Fact]
    public void Every_page_is_in_the_index()
    {
        var index = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "README.md"));

        Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, "docs"), "*.md").Select(Path.GetFileName).Where(f => f != "README.md").Should()
            .OnlyContain(f => index.Contains($"({f})"));
    }

    [Fact]
    public void Every_setting_is_documented_with_its_default_and_no_other_is()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "configuration.md"));
        var documented = SettingRow().Matches(page)
            .SelectMany(m =>
            InTicks().Matches(m.Groups["keys"].Value).Select(k => (Key: k.Groups[1].Value, Default: m.Groups["default"].Value.Trim().Trim('`'))))
            .Where(d => d.Key.Contains('.', StringComparison.Ordinal)).ToDictionary(d => d.Key, d => d.Default);

        var settings = Settings(new BrokerOptions(), "broker").Concat(Settings(new AgentOptions(), "agent")).ToDictionary();

        documented.Keys.Should().BeEquivalentTo(settings.Keys);
        foreach (var (key, value) in settings.Where(s => !documented[s.Key].EndsWith("required", StringComparison.Ordinal)))
            documented[key].Should().Be(value, $"it is the default of {key}");
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("BROKKR_CONFIG", null);
        File.Delete(_file);
    }

    private void Load<T>(string section, params string[] arguments) where T : OptionsSection, new()
    {
        Environment.SetEnvironmentVariable("BROKKR_CONFIG", _file);
        ConfigurationLoader.Load<T>(section, arguments);
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(OptionsSection section, string path)
    {
        foreach (var property in section.GetType().GetProperties().Where(p => p.CanWrite))
        {
            var (key, value) = ($"{path}.{System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)}", property.GetValue(section));
            if (value is OptionsSection nested)
            {
                foreach (var setting in Settings(nested, property.IsDefined(typeof(SameSectionAttribute), false) ? path : key))
                    yield return setting;
            }
            else
            {
                yield return new(key,
                    value switch { "" => "empty", bool flag => flag ? "true" : "false", List<string> => "[]", OptionsList => "none", _ => $"{value}" });
            }
        }
    }

    private static IEnumerable<string> Markdown() => Directory.EnumerateFiles(RepositoryRoot.Path, "*.md")
        .Concat(((string[])["docs", "charts", "deploy"])
        .SelectMany(f => Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, f), "*.md", SearchOption.AllDirectories)));

    private static IEnumerable<string> Blocks(string page, string language) =>
        Fence().Matches(File.ReadAllText(Path.Combine(RepositoryRoot.Path, page))).Where(m => m.Groups["language"].Value == language)
            .Select(m => m.Groups["text"].Value);

    private static IEnumerable<string> Indented(string page) =>
        IndentedBlock().Matches(File.ReadAllText(Path.Combine(RepositoryRoot.Path, page)))
            .Select(m => m.Value.Replace("\n    ", "\n", StringComparison.Ordinal).TrimStart());

    /// <summary>The anchors that headings have: lower case, without punctuation, with hyphens for spaces.</summary>
    private static IEnumerable<string> Anchors(string file) => Heading().Matches(WithoutCode(File.ReadAllText(file)))
        .Select(m => NotInAnchor().Replace(m.Groups[1].Value.ToLowerInvariant(), "").Trim().Replace(' ', '-'));

    private static string WithoutCode(string text) => InlineCode().Replace(Fence().Replace(text, ""), "");

    [GeneratedRegex(@"\[[^\]]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```(?<language>[a-z]*)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?:^    .*\n|^\n(?=    ))+", RegexOptions.Multiline)]
    private static partial Regex IndentedBlock();

    [GeneratedRegex(@"\A\[(broker|agent)[a-z.]*\]\n")]
    private static partial Regex SectionHead();

    [GeneratedRegex(@"^\| (?<keys>`(?:broker|agent)\..*?) \| (?<default>.*?) \|", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex("`([a-z_.]+)`")]
    private static partial Regex InTicks();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]")]
    private static partial Regex NotInAnchor();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();
}
