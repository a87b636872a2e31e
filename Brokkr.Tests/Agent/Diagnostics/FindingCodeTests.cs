using Brokkr.Agent.Diagnostics;

namespace Brokkr.Tests.Agent.Diagnostics;

public sealed class FindingCodeTests
{
    [Fact]
    public void Every_code_is_documented_once_and_advises_in_one_sentence()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "diagnostics.md"));

        FindingCode.All.Should().OnlyHaveUniqueItems(c => c.Word);
        foreach (var code in FindingCode.All)
        {
            page.Split($"| `{code.Word}` |").Should().HaveCount(2, code.Word);
            code.Word.Should().MatchRegex("^[a-z_]+$");
            code.Advice.Should().EndWith(".");
            code.Advice.TrimEnd('.').Should().NotContain(". ");
        }
    }
}
