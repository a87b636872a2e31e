using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Brokkr.Tests.Charts;

/// <summary>The agent's chart grants what the manifests in deploy/rbac grant, rule for rule, and binds it to the agent alone.</summary>
public sealed class ChartRightsTests
{
    [Theory]
    [InlineData("observe", "", "observe-clusterrole.yaml")]
    [InlineData("apply", "", "observe-clusterrole.yaml", "apply-clusterrole.yaml")]
    [InlineData("observe", "prod", "observe-role.yaml")]
    [InlineData("apply", "prod", "observe-role.yaml", "apply-role.yaml")]
    public async Task The_rules_are_those_of_deploy_rbac(string mode, string ns, params string[] manifests)
    {
        var rendered = await RenderAsync($"mode: {mode}\nnamespaces: [{ns}]\n");
        var shown = manifests.SelectMany(Documents).ToList();

        var roles = rendered.Objects.Where(IsRole).ToList();

        roles.SelectMany(r => r["rules"].Items()).Select(Canonical).Should()
            .BeEquivalentTo(shown.Where(IsRole).SelectMany(r => r["rules"].Items()).Select(Canonical));
        roles.Select(r => (string)r["kind"]!).Should().BeEquivalentTo(shown.Where(IsRole).Select(r => (string)r["kind"]!));
        roles.Select(r => r["aggregationRule"]?.ToJsonString()).Should().BeEquivalentTo(shown.Where(IsRole).Select(r => r["aggregationRule"]?.ToJsonString()));
        roles.Count(r => r.At("metadata.labels").Strings().ContainsKey("brokkr.io/aggregate-to-agent"))
            .Should().Be(shown.Where(IsRole).Count(r => r.At("metadata.labels").Strings().ContainsKey("brokkr.io/aggregate-to-agent")));
    }

    [Theory]
    [InlineData("mode: observe")]
    [InlineData("mode: observe\nnamespaces: [prod]")]
    public async Task Observing_asks_for_no_wildcard_no_writing_and_no_secret(string values)
    {
        var rules = (await RenderAsync(values)).Objects.Where(IsRole).SelectMany(r => r["rules"].Items()).ToList();

        rules.Should().NotBeEmpty();
        foreach (var rule in rules)
        {
            rule["verbs"].Items().Select(v => (string)v!).Should().BeSubsetOf(["get", "list", "watch"]);
            rule["apiGroups"].Items().Concat(rule["resources"].Items()).Select(w => (string)w!).Should().NotContain(w => w.Contains('*') || w == "secrets");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("mode: observe")]
    [InlineData("rbac: {extraRules: [{apiGroups: [example.com], resources: [widgets], verbs: [list]}]}")]
    [InlineData("namespaces: [prod, staging]")]
    [InlineData("namespaces: [prod]\nrbac: {extraRules: [{apiGroups: [example.com], resources: [widgets], verbs: [list]}]}")]
    public async Task Every_role_is_bound_to_the_agent_where_it_lies_or_joins_one_that_is(string values)
    {
        var rendered = await RenderAsync(values);
        var roles = rendered.Objects.Where(IsRole).Where(r => !r.At("metadata.labels").Strings().ContainsKey("brokkr.io/aggregate-to-agent")).ToList();
        var bindings = rendered.Objects.Where(o => ((string)o["kind"]!).EndsWith("RoleBinding", StringComparison.Ordinal)).ToList();

        bindings.Select(b => ((string)b.At("roleRef.kind")!, (string)b.At("roleRef.name")!, (string?)b.At("metadata.namespace")))
            .Should().BeEquivalentTo(roles.Select(r => ((string)r["kind"]!, r.Name(), (string?)r.At("metadata.namespace"))));
        foreach (var subject in bindings.Select(b => b["subjects"].Items().Should().ContainSingle().Which))
        {
            ((string)subject["kind"]!, (string)subject["name"]!, (string)subject["namespace"]!)
                .Should().Be(("ServiceAccount", (string)rendered.Pod.At("spec.serviceAccountName")!, rendered.Given.Namespace));
        }

        if (values.Contains("namespaces", StringComparison.Ordinal))
            rendered.Objects.Should().NotContain(o =>
                ((string)o["kind"]!).StartsWith("Cluster", StringComparison.Ordinal), "rights in the namespaces are enough");
    }

    [Fact]
    public async Task Releases_of_one_name_in_two_namespaces_have_roles_of_their_own()
    {
        var releases = await ChartRenderer.RenderAsync(
            [.. from ns in (string[])["one", "two"] from values in (string[])["mode: apply\n", "mode: apply\nnamespaces: [prod]\n"]
            select new ChartCase(ChartCase.AgentChart, ns,
            ChartCase.AgentNeeds + values, "edge", ns)]);

        var outside = releases.SelectMany(r => r.Objects.Where(o => (string?)o.At("metadata.namespace") != r.Given.Namespace)).ToList();

        outside.Select(o => ((string)o["kind"]!, o.Name())).Should().OnlyHaveUniqueItems().And.HaveCount(2 * (6 + 4));
    }

    [Theory]
    [InlineData("", "ClusterRoleBinding")]
    [InlineData("namespaces: [prod]\n", "RoleBinding")]
    public async Task The_clusters_own_view_is_bound_where_that_is_wanted(string where, string kind)
    {
        var (without, with) = (await RenderAsync(where), await RenderAsync(where + "rbac: {bindView: true}\n"));

        static bool IsView(JsonObject o) => (string?)o.At("roleRef.name") == "view";
        without.Objects.Where(IsView).Should().BeEmpty();
        var binding = with.Objects.Where(IsView).Should().ContainSingle().Which;
        ((string)binding["kind"]!, (string)binding.At("roleRef.kind")!).Should().Be((kind, "ClusterRole"));
        ((string)binding["subjects"].Items().Single()["name"]!).Should().Be((string)with.Pod.At("spec.serviceAccountName")!);
    }

    [Fact]
    public async Task Without_aggregation_nobody_else_adds_rights_and_the_agents_own_stay()
    {
        var rendered = await RenderAsync("rbac: {aggregate: false}\n");

        var selector = rendered.Objects.Single(o => o["aggregationRule"] is not null)["aggregationRule"]!["clusterRoleSelectors"]![0]!["matchLabels"].Strings()
            .Should().ContainSingle().Which;
        selector.Key.Should().Be("brokkr.io/rights-of-agent");
        rendered.Objects.Where(IsRole).Count(r => r.At("metadata.labels").Strings().GetValueOrDefault(selector.Key) == selector.Value).Should().Be(2);
        rendered.Objects.Select(o => o.ToJsonString()).Should().NotContain(o => o.Contains("aggregate-to-agent"));
    }

    [Fact]
    public async Task Nothing_is_written_unless_somebody_says_so()
    {
        var rendered = await RenderAsync("");

        rendered.Configuration.Should().Contain("mode = \"observe\"");
        rendered.Objects.Where(IsRole).SelectMany(r => r["rules"].Items()).SelectMany(r => r["verbs"].Items()).Select(v => (string)v!).Distinct()
            .Should().BeSubsetOf(["get", "list", "watch"]);
    }

    [Fact]
    public async Task Rules_besides_are_added_and_change_no_others()
    {
        const string extra = "rbac: {extraRules: [{apiGroups: [example.com], resources: [widgets], verbs: [list, watch]}]}\n";
        foreach (var where in (string[])["", "namespaces: [prod]\n"])
        {
            var (without, with) = (await RenderAsync(where), await RenderAsync(where + extra));

            with.Objects.Where(IsRole).SelectMany(r => r["rules"].Items()).Select(Canonical)
                .Except(without.Objects.Where(IsRole).SelectMany(r => r["rules"].Items()).Select(Canonical))
                .Should().Equal("example.com | widgets | list,watch");
            with.Objects.Where(IsRole).Single(r => r.Name().EndsWith("-extra", StringComparison.Ordinal)).At("metadata.labels").Strings().Keys
                .Should().NotContain("brokkr.io/aggregate-to-agent", "another agent in the cluster would get them too");
        }
    }

    private static async Task<RenderedChart> RenderAsync(string values)
    {
        var rendered = await ChartRenderer.RenderAsync(new ChartCase(ChartCase.AgentChart, values, ChartCase.AgentNeeds + values));
        rendered.Error.Should().BeEmpty();
        return rendered;
    }

    private static bool IsRole(JsonObject manifest) => (string)manifest["kind"]! is "Role" or "ClusterRole";

    private static string Canonical(JsonNode rule) =>
        string.Join(" | ",
            new[] { "apiGroups", "resources", "verbs" }.Select(k => string.Join(',', rule[k].Items().Select(w => (string)w!).Order(StringComparer.Ordinal))));

    private static List<JsonObject> Documents(string manifest)
    {
        var yaml = new YamlStream();
        using (var text = File.OpenText(Path.Combine(RepositoryRoot.Path, "deploy", "rbac", manifest)))
            yaml.Load(text);
        return [.. yaml.Documents.Select(d => Json(d.RootNode)!.AsObject())];
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(p => KeyValuePair.Create(((YamlScalarNode)p.Key).Value!, Json(p.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        _ => ((YamlScalarNode)node).Value,
    };
}
