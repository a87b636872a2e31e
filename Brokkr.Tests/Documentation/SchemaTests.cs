using Brokkr.Tests.ForeignClients;

namespace Brokkr.Tests.Documentation;

/// <summary>What this repository never runs is at least what those who do would read: GitHub's own parser, and the schema of Compose.</summary>
public sealed class SchemaTests
{
    private static readonly string Compose = Path.Combine("deploy", "compose.yaml");

    private static readonly string Workflow = Path.Combine(".github", "workflows", "ci.yml");

    public static TheoryData<string> Files =>
    [
        Compose,
        .. Directory.EnumerateFiles(Path.Combine(RepositoryRoot.Path, ".github", "workflows")).Select(f => Path.GetRelativePath(RepositoryRoot.Path, f)),
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task It_is_what_its_readers_expect_and_says_that_it_was_never_run(string file)
    {
        var text = await ReadAsync(file);

        (await CheckAsync(file == Compose ? "compose" : "workflow", text)).Should().BeEmpty();
        text.Split('\n').TakeWhile(l => l.StartsWith('#')).Should().Contain(l => l.Contains("never run"));
    }

    [Fact]
    public async Task What_is_wrong_would_be_seen()
    {
        var (workflow, compose) = (await ReadAsync(Workflow), await ReadAsync(Compose));

        (await CheckAsync("workflow", workflow.Replace("timeout-minutes", "timeout-minuts"))).Should().Contain("Unexpected value 'timeout-minuts'");
        (await CheckAsync("workflow", workflow.Replace("github.ref }}", "github.nothing( }}"))).Should().Contain("Unexpected symbol");
        (await CheckAsync("compose", compose.Replace("restart:", "restrt:"))).Should().Contain("\"additionalProperty\":\"restrt\"");
    }

    private static Task<string> ReadAsync(string file) => File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, file));

    private static Task<string> CheckAsync(string kind, string text) =>
        ForeignProgram.RunAsync("node", ["check.mjs", kind], ForeignProgram.ToolFolder("schemas"), text);
}
