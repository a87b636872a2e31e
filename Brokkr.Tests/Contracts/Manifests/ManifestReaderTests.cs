using System.Text;
using Brokkr.Contracts.Manifests;

namespace Brokkr.Tests.Contracts.Manifests;

/// <summary>What stands in manifests, and what is said of those that cannot be read.</summary>
public sealed class ManifestReaderTests
{
    private const string Head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

    [Fact]
    public void A_byte_order_mark_before_the_text_is_passed_over() =>
        ManifestReader.Read($"\uFEFF{Head}").Should().ContainSingle().Which.Name.Should().Be("a");

    [Fact]
    public void What_is_said_of_input_is_clean_and_short_however_long_it_is()
    {
        var key = new string('k', 100_000) + "\\e[2J";

        foreach (var yaml in (string[])[$"{Head}\"{key}\": 1\n\"{key}\": 2\n", $"apiVersion: v1\nkind: \"a\\e[2J\"\n", $"{Head}{new string('k', 500_000)}"])
        {
            var message = Message(yaml);
            message.Length.Should().BeLessThanOrEqualTo(200);
            message.Should().NotContain("\u001b").And.NotBeEmpty();
        }
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    [InlineData(500, false)]
    public void Levels_are_counted_once_aliases_are_unfolded(int levels, bool isRead)
    {
        // Each value holds the one before: no line nests, together they do.
        var yaml = new StringBuilder($"{Head}a0: &a0 [x]\n");
        for (var i = 1; i < levels; i++)
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}]\n");

        var read = () => ManifestReader.Read(yaml.ToString());

        if (isRead)
            read.Should().NotThrow();
        else
            read.Should().Throw<ManifestException>().WithMessage("it nests deeper than 100 levels*");
    }

    [Theory]
    [InlineData("data: {? [a, b] : 1}", "a key must be a text")]
    [InlineData("data: {? {a: b} : 1}", "a key must be a text")]
    [InlineData("data: {a: 1, !!str a: 2}", "the key a is there twice")]
    [InlineData("data: {a: 1, a: 2}", "*a*")]
    public void Keys_are_texts_and_each_is_there_once(string line, string message) => Message($"{Head}{line}\n").Should().Match(message);

    [Fact]
    public void What_is_kept_of_manifests_takes_about_as_much_as_their_text()
    {
        var yaml = Head + "data:\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"  key-{i}: {{a: [1, b], c: ~}}\n"));

        var kept = ManifestReader.Read(yaml);

        kept.Sum(k => k.Json.Length).Should().BeLessThan(2 * yaml.Length, "a tree takes twenty times its text");
    }

    [Fact]
    public void Aliases_that_unfold_to_too_much_text_are_refused_with_their_place()
    {
        var yaml = $"{Head}data:\n  long: &long {new string('x', 100_000)}\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"  k{i}: *long\n"));

        Message(yaml).Should().StartWith("it unfolds to too much");
        ManifestReader.Check(yaml).Should().ContainSingle().Which.Message.Should().StartWith("it unfolds to too much");
    }

    [Theory]
    [InlineData("spec: {a: 07}", "7")]
    [InlineData("spec: {a: 7}", "7")]
    [InlineData("spec: {a: on}", "true")]
    [InlineData("spec: {a: \"on\"}", "on")]
    [InlineData("spec: {b: {a: 1}, a: \"\u00e4 \\\" b\"}", "\u00e4 \" b")]
    [InlineData("spec: {a: ~}", null)]
    [InlineData("spec: {a: {b: 1}}", null)]
    [InlineData("spec: [a]", null)]
    public void A_scalar_is_found_by_its_path(string line, string? found) =>
        ManifestReader.Read($"{Head}{line}\n").Single().Scalar("spec", "a").Should().Be(found);

    private static string Message(string yaml)
    {
        var read = () => ManifestReader.Read(yaml);
        return read.Should().Throw<ManifestException>().Which.Message;
    }
}
