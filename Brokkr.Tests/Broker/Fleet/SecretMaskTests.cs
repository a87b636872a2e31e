using Brokkr.Broker.Fleet;

namespace Brokkr.Tests.Broker.Fleet;

/// <summary>What of a Secret is shown, and what is not.</summary>
public sealed class SecretMaskTests
{
    [Theory]
    [InlineData("data:\n  a: c2VjcmV0\nstringData: {b: 'pl ain'}\n", "data:\n  a: ***\nstringData: {b: ***}\n")]
    [InlineData("stringData:\n  pem: |\n    line one\n    line two\ntype: Opaque\n", "stringData:\n  pem: ***\n    ***\n    ***\ntype: Opaque\n")]
    [InlineData("stringData:\n  a: two\n    lines\n", "stringData:\n  a: ***\n    ***\n")]
    [InlineData("<<: {data: {a: c2VjcmV0}}\n", "<<: {data: {a: ***}}\n")]
    public void Values_are_masked_and_keys_are_not(string values, string expected) =>
        Shown($"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{values}").Should().Be($"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{expected}");

    [Theory]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n")]
    [InlineData(
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: eA==}}\n"
        + "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: b}}\n",
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: s}, data: {a: ***}}\n"
        + "- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: b}}\n")]
    [InlineData(
        "\uFEFFapiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: x, b: y}\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: ***, b: ***}\n")]
    [InlineData("kind: [ hunter2\nhunter3", "***\n***")]
    public void Other_objects_are_shown_as_they_are_and_what_cannot_be_read_not_at_all(string yaml, string expected) => Shown(yaml).Should().Be(expected);

    [Fact]
    public void What_tools_remember_of_a_secret_is_masked_too() =>
        Shown("apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  annotations:\n    team: shop\n"
            + "    kubectl.kubernetes.io/last-applied-configuration: '{\"data\":{\"a\":\"eA==\"}}'\n")
            .Should().Contain("team: shop").And.Contain("configuration: ***").And.NotContain("eA==");

    /// <summary>Work and stack grow with the length of a line and not with what stands in it.</summary>
    [Fact]
    public void A_secret_of_many_values_in_one_line_is_masked()
    {
        const int count = 60_000;
        var values = string.Join(", ", Enumerable.Range(0, count).Select(i => $"k{i}: v"));

        var shown = Shown($"{{apiVersion: v1, kind: Secret, metadata: {{name: s}}, stringData: {{{values}}}}}");

        shown.Split("***").Should().HaveCount(count + 1);
    }

    private static string Shown(string yaml) => string.Join('\n', SecretMask.LinesOf(yaml));
}
