using System.Text.Json.Nodes;
using Brokkr.DemoCluster.Api.Verbs;

namespace Brokkr.Tests.DemoCluster;

public class JsonPatchesTests
{
    [Theory]
    [InlineData("add appends", """{"a":[1]}""", """[{"op":"add","path":"/a/-","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("add inserts", """{"a":[1]}""", """[{"op":"add","path":"/a/0","value":2}]""", """{"a":[2,1]}""")]
    [InlineData("replace in a list", """{"a":[1]}""", """[{"op":"replace","path":"/a/0","value":{"b":1}}]""", """{"a":[{"b":1}]}""")]
    [InlineData("remove from a list", """{"a":[1,2]}""", """[{"op":"remove","path":"/a/0"}]""", """{"a":[2]}""")]
    [InlineData("move", """{"a":{"b":1}}""", """[{"op":"move","from":"/a/b","path":"/c"}]""", """{"a":{},"c":1}""")]
    [InlineData("copy", """{"a":{"b":1}}""", """[{"op":"copy","from":"/a","path":"/c"}]""", """{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData("escapes", """{"a/b":1,"c~d":2}""", """[{"op":"remove","path":"/a~1b"},{"op":"replace","path":"/c~0d","value":null}]""", """{"c~d":null}""")]
    [InlineData("test of null", """{"a":null}""", """[{"op":"test","path":"/a","value":null}]""", """{"a":null}""")]
    public void A_json_patch_does(string because, string target, string patch, string expected)
    {
        var json = JsonNode.Parse(target)!.AsObject();

        JsonPatches.TryApply(json, JsonNode.Parse(patch)!.AsArray()).Should().BeTrue(because);
        json.ToJsonString().Should().Be(expected, because);
    }

    [Theory]
    [InlineData("""[{"op":"replace","path":"/x","value":1}]""")]
    [InlineData("""[{"op":"remove","path":"/a/5"}]""")]
    [InlineData("""[{"op":"add","path":"/a/5","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/x/y","value":1}]""")]
    [InlineData("""[{"op":"test","path":"/a","value":1}]""")]
    [InlineData("""[{"op":"move","from":"/x","path":"/y"}]""")]
    [InlineData("""[{"op":"copy","path":"/y"}]""")]
    [InlineData("""[{"op":"sing","path":"/a"}]""")]
    [InlineData("""[{"op":7,"path":8}]""")]
    [InlineData("""["add"]""")]
    public void An_operation_that_cannot_be_carried_out_is_refused(string patch) =>
        JsonPatches.TryApply(JsonNode.Parse("""{"a":[1]}""")!.AsObject(), JsonNode.Parse(patch)!.AsArray()).Should().BeFalse();

    [Fact]
    public void A_merge_patch_merges_objects_removes_nulls_and_replaces_the_rest()
    {
        var json = JsonNode.Parse("""{"a":{"b":1,"c":2},"d":[1,2],"e":"x"}""")!.AsObject();

        JsonPatches.Merge(json, JsonNode.Parse("""{"a":{"b":null,"n":{"x":null,"y":1}},"d":[3],"e":{"f":1}}""")!.AsObject());

        json.ToJsonString().Should().Be("""{"a":{"c":2,"n":{"y":1}},"d":[3],"e":{"f":1}}""");
    }
}
