using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Json.Schema;

namespace Brokkr.Tests.Charts;

/// <summary>Values, schema, templates and README of a chart name the same things.</summary>
public sealed partial class ChartValuesTests
{
    /// <summary>Everything that can be switched on, so that each value has something to show itself in.</summary>
    private static readonly Dictionary<string, string> AllOn = new()
    {
        [ChartCase.AgentChart] = ChartCase.AgentNeeds.Replace("8443\"", "8443\", ca: {secretName: ca}", StringComparison.Ordinal)
            + "networkPolicy: {enabled: true}\npodMonitor: {enabled: true}\n",
        [ChartCase.BrokerChart] = """
            database: {secretName: db}
            bootstrap: {secretName: pak}
            tls: {certManager: {enabled: true, issuerRef: {name: ca}}, clientCa: {secretName: ca}}
            allowCleartext: true
            ingress: {enabled: true, rest: {host: a.example.com}, grpc: {host: b.example.com}}
            gateway: {enabled: true, parentRefs: [{name: public}], rest: {hostnames: [c.example.com]}}
            serviceMonitor: {enabled: true}
            networkPolicy: {enabled: true}
            alerts: {secretsKey: {secretName: key}}
            """,
    };

    /// <summary>What else must be set for a value to count.</summary>
    private static readonly Dictionary<string, string> Besides = new()
    {
        ["broker.ca.configMapName"] = "broker: {ca: {secretName: \"\"}}",
        ["tls.certManager.enabled"] = "tls: {clientCa: {secretName: \"\"}}",
        ["tls.clientCa.configMapName"] = "tls: {clientCa: {secretName: \"\"}}",
        ["autoscaling.minReplicas"] = "autoscaling: {enabled: true}",
        ["autoscaling.maxReplicas"] = "autoscaling: {enabled: true}",
        ["autoscaling.targetCpuPercent"] = "autoscaling: {enabled: true}",
    };

    /// <summary>Other values than the charts', where neither the type nor the words of the schema say one.</summary>
    private static readonly Dictionary<string, string> Others = new()
    {
        ["broker.url"] = "\"http://other:80\"",
        ["agentId"] = "\"00000000-0000-0000-0000-000000000002\"",
        ["image.digest"] = $"\"sha256:{new string('0', 64)}\"",
        ["telemetry.otlpEndpoint"] = "\"http://other:4317\"",
        ["podMonitor.interval"] = "\"2m\"",
        ["serviceMonitor.interval"] = "\"2m\"",
        ["tls.certManager.duration"] = "\"2h\"",
        ["tls.certManager.renewBefore"] = "\"2h\"",
        ["podDisruptionBudget.maxUnavailable"] = "2",
        ["corsOrigins"] = "[\"https://other.example.com\"]",
        ["imagePullSecrets"] = "[{\"name\":\"other\"}]",
        ["gateway.parentRefs"] = "[{\"name\":\"other\"}]",
        ["publicUrl"] = "\"https://other.example.com\"",
        ["alerts.proxy.url"] = "\"http://other:3128\"",
        ["alerts.receivers"] = "[{\"name\":\"other\",\"kind\":\"slack\",\"url\":\"https://other.example.com\"}]",
        ["alerts.rules"] = "[{\"name\":\"other\"}]",
        ["extraEnv"] = "[{\"name\":\"OTHER\",\"value\":\"other\"}]",
        ["rbac.extraRules"] = "[{\"apiGroups\":[\"\"],\"resources\":[\"others\"],\"verbs\":[\"list\"]}]",
    };

    [Theory]
    [InlineData(ChartCase.AgentChart)]
    [InlineData(ChartCase.BrokerChart)]
    public async Task Values_and_schema_name_the_same(string chart)
    {
        var inSchema = Leaves(Schema(chart)).Select(l => l.Path).Where(p => p != "global");

        (await LeavesAsync(chart)).Select(l => l.Path).Should().BeEquivalentTo(inSchema);
    }

    [Theory]
    [InlineData(ChartCase.AgentChart)]
    [InlineData(ChartCase.BrokerChart)]
    public async Task Templates_name_only_values_that_there_are(string chart)
    {
        var known = (await LeavesAsync(chart)).Select(l => l.Path).ToList();

        var named = Directory.GetFiles(Path.Combine(ChartRenderer.DirectoryOf(chart), "templates")).SelectMany(f => Named(File.ReadAllText(f))).Distinct()
            .ToList();

        named.Should().HaveCountGreaterThan(40).And.OnlyContain(n => known.Any(k => k == n || k.StartsWith(n + ".", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(ChartCase.AgentChart)]
    [InlineData(ChartCase.BrokerChart)]
    public async Task Every_value_changes_what_is_rendered(string chart)
    {
        var leaves = await LeavesAsync(chart);
        var cases = leaves.Select(l => new ChartCase(chart, l.Path, AllOn[chart]) is var on && Besides.TryGetValue(l.Path, out var besides)
            ? on with { Values = Laid(AllOn[chart], besides) }
            : on).ToList();

        var before = await ChartRenderer.RenderAsync(cases);
        var others = leaves.Select((l, i) => Other(l with { Default = before[i].Values.At(l.Path) })).ToList();
        var after = await ChartRenderer.RenderAsync([.. cases.Select((c, i) => c with { Values = Laid(c.Values, Nested(leaves[i].Path, others[i])) })]);

        var schema = JsonSchema.FromText(SchemaText(chart));
        for (var i = 0; i < leaves.Count; i++)
        {
            (before[i].Error, after[i].Error).Should().Be(("", ""), leaves[i].Path);
            Refusals(schema, after[i].Values).Should().BeEmpty(leaves[i].Path);
            (Manifests(after[i]) == Manifests(before[i])).Should().BeFalse($"{leaves[i].Path} is {others[i]} and was another");
        }

        static string Manifests(RenderedChart rendered) => string.Concat(rendered.Objects.Select(o => o.ToJsonString()));
    }

    [Theory]
    [InlineData(ChartCase.AgentChart)]
    [InlineData(ChartCase.BrokerChart)]
    public async Task A_null_takes_a_value_away_and_breaks_nothing(string chart)
    {
        var paths = (await LeavesAsync(chart)).SelectMany(l => l.Path.Split('.').Select((_, i) => string.Join('.', l.Path.Split('.').Take(i + 1)))).Distinct()
            .ToList();

        var rendered = await ChartRenderer.RenderAsync([.. paths.Select(p => new ChartCase(chart, p, Laid(AllOn[chart], Nested(p, "null"))))]);

        var refused = rendered.Where(r => r.Error.Length > 0).ToDictionary(r => r.Given.Name, r => r.Error);
        refused.Values.Should().OnlyContain(e => Regex.IsMatch(e, "error calling (required|fail): "), "what cannot be left out is asked for in words");
        refused.Keys.Should().BeEquivalentTo(chart == ChartCase.AgentChart
            ? ["broker", "broker.url", "agentId", "pak", "pak.secretName"]
            : (string[])["database", "database.secretName", "tls.certManager", "tls.certManager.enabled", "tls.certManager.issuerRef",
            "tls.certManager.issuerRef.name",
                "gateway.parentRefs", "gateway.rest", "gateway.rest.hostnames"]);
        foreach (var fine in rendered.Where(r => r.Error.Length == 0))
            fine.Objects.SelectMany(o => Nulls(o, "")).Should().BeEmpty(fine.Given.Name);

        static IEnumerable<string> Nulls(JsonNode? node, string at) => node switch
        {
            null => [at],
            JsonObject map => map.SelectMany(p => Nulls(p.Value, $"{at}/{p.Key}")),
            JsonArray list => list.SelectMany((n, i) => Nulls(n, $"{at}/{i}")),
            _ => [],
        };
    }

    [Theory]
    [InlineData(ChartCase.AgentChart)]
    [InlineData(ChartCase.BrokerChart)]
    public async Task The_readme_lists_every_value_with_its_default_and_its_comment(string chart)
    {
        var comments = Comments(await File.ReadAllTextAsync(Path.Combine(ChartRenderer.DirectoryOf(chart), "values.yaml")));
        var leaves = await LeavesAsync(chart);
        leaves.Should().OnlyContain(l => comments.ContainsKey(l.Path), "each value has a comment");
        var inOrder = leaves.OrderBy(l => comments.Keys.ToList().IndexOf(l.Path));
        var table = "| value | default | what |\n|---|---|---|\n" + string
            .Concat(inOrder.Select(l => $"| `{l.Path}` | {Shown(l.Default)} | {comments[l.Path].Replace("|", "\\|", StringComparison.Ordinal)} |\n"));
        var file = Path.Combine(ChartRenderer.DirectoryOf(chart), "README.md");
        var readme = await File.ReadAllTextAsync(file);
        if (KeptManifestTests.Writes)
        {
            readme = Table().Replace(readme, _ => table);
            await File.WriteAllTextAsync(file, readme);
        }

        readme.Should().EndWith("\n\n" + table, "BROKKR_WRITE_KEPT=1 writes the table anew");

        static string Shown(JsonNode? value) => value is JsonValue v && v.TryGetValue<string>(out var text) && text.Length == 0
            ? "empty"
            : $"`{(value is JsonValue w && w.TryGetValue<string>(out var word) ? word : value!.ToJsonString())}`";
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_schema_takes_what_the_tests_render(string chart, string name) =>
        Refusals(JsonSchema.FromText(SchemaText(chart)), (await ChartRenderer.RenderAsync(ChartCase.Find(chart, name))).Values).Should().BeEmpty();

    public static TheoryData<string, string> Cases => ChartCase.Names(ChartCase.All);

    [Theory]
    [InlineData(ChartCase.AgentChart, "", "")]
    [InlineData(ChartCase.AgentChart, "helth: {enabled: true}", "/helth")]
    [InlineData(ChartCase.AgentChart, "health: {checkInterval: 60}", "/health/checkInterval")]
    [InlineData(ChartCase.AgentChart, "health: {enabled: \"yes\"}", "/health/enabled")]
    [InlineData(ChartCase.AgentChart, "health: {checkIntervalSeconds: 0}", "/health/checkIntervalSeconds")]
    [InlineData(ChartCase.AgentChart, "health: {checkIntervalSeconds: \"60\"}", "/health/checkIntervalSeconds")]
    [InlineData(ChartCase.AgentChart, "health: {checkIntervalSeconds: 1.5}", "/health/checkIntervalSeconds")]
    [InlineData(ChartCase.AgentChart, "diagnostics: {logTailLines: 1001}", "/diagnostics/logTailLines")]
    [InlineData(ChartCase.AgentChart, "diagnostics: {eventLookbackMinutes: -1}", "/diagnostics/eventLookbackMinutes")]
    [InlineData(ChartCase.AgentChart, "mode: watch", "/mode")]
    [InlineData(ChartCase.AgentChart, "agentId: 4711", "/agentId")]
    [InlineData(ChartCase.AgentChart, "agentId: edge-1", "/agentId")]
    [InlineData(ChartCase.AgentChart, "broker: {url: \"broker:8443\"}", "/broker/url")]
    [InlineData(ChartCase.AgentChart, "namespaces: prod", "/namespaces")]
    [InlineData(ChartCase.AgentChart, "namespaces: [Prod]", "/namespaces/0")]
    [InlineData(ChartCase.AgentChart, "namespaces: [123]", "/namespaces/0")]
    [InlineData(ChartCase.AgentChart, "namespaces: [prod, prod]", "/namespaces")]
    [InlineData(ChartCase.AgentChart, "image: {tag: 1.10}", "/image/tag")]
    [InlineData(ChartCase.AgentChart, "podLabels: {team: 7}", "/podLabels/team")]
    [InlineData(ChartCase.AgentChart, "imagePullSecrets: [registry]", "/imagePullSecrets/0")]
    [InlineData(ChartCase.AgentChart, "fullnameOverride: Edge_1", "/fullnameOverride")]
    [InlineData(ChartCase.BrokerChart, "", "")]
    [InlineData(ChartCase.BrokerChart, "replicas: \"2\"", "/replicas")]
    [InlineData(ChartCase.BrokerChart, "replicas: -1", "/replicas")]
    [InlineData(ChartCase.BrokerChart, "database: {connectionString: x}", "/database/connectionString")]
    [InlineData(ChartCase.BrokerChart, "service: {type: Internal}", "/service/type")]
    [InlineData(ChartCase.BrokerChart, "service: {httpsPort: 70000}", "/service/httpsPort")]
    [InlineData(ChartCase.BrokerChart, "telemetry: {logFormat: xml}", "/telemetry/logFormat")]
    [InlineData(ChartCase.BrokerChart, "corsOrigins: [\"https://console.example.com/path\"]", "/corsOrigins/0")]
    [InlineData(ChartCase.BrokerChart, "podDisruptionBudget: {maxUnavailable: 150%}", "/podDisruptionBudget/maxUnavailable")]
    [InlineData(ChartCase.BrokerChart, "tls: {certManager: {duration: 90d}}", "/tls/certManager/duration")]
    [InlineData(ChartCase.BrokerChart, "diagnostics: {retentionMinutes: 0}", "/diagnostics/retentionMinutes")]
    [InlineData(ChartCase.BrokerChart, "alerts: {receivers: [{name: x, kind: pigeon}]}", "/alerts/receivers/0/kind")]
    [InlineData(ChartCase.BrokerChart, "alerts: {rules: [{name: x, stack: [shop]}]}", "/alerts/rules/0/stack")]
    public async Task A_wrong_value_is_refused_by_its_name(string chart, string values, string where)
    {
        var refusals = Refusals(JsonSchema.FromText(SchemaText(chart)), await ChartRenderer.ValuesAsync(chart, values));

        if (where.Length == 0)
            refusals.Should().BeEmpty("the chart's own values are right");
        else
            refusals.Should().Contain(where);
    }

    [Theory]
    [InlineData(ChartCase.AgentChart, "", "agentId is required")]
    [InlineData(ChartCase.AgentChart, "broker: {url: \"\"}", "broker.url is required")]
    [InlineData(ChartCase.AgentChart, "broker: {url: null}", "broker.url is required")]
    [InlineData(ChartCase.AgentChart, "pak: null", "pak.secretName is required")]
    [InlineData(ChartCase.AgentChart, "broker: {ca: {configMapName: a, secretName: b}}", "exclude each other")]
    [InlineData(ChartCase.BrokerChart, "database: {secretName: \"\"}", "database.secretName is required")]
    [InlineData(ChartCase.BrokerChart, "tls: {secretName: \"\"}", "or allowCleartext behind a proxy")]
    [InlineData(ChartCase.BrokerChart, "tls: {certManager: {enabled: true}}", "tls.certManager.issuerRef.name is required")]
    [InlineData(ChartCase.BrokerChart, "tls: {secretName: \"\", clientCa: {secretName: a}}\nallowCleartext: true", "tls.clientCa needs TLS")]
    [InlineData(ChartCase.BrokerChart, "ingress: {enabled: true}", "needs ingress.rest.host")]
    [InlineData(ChartCase.BrokerChart, "ingress: {enabled: true, rest: {host: a.b}, grpc: {host: a.b}}", "must differ")]
    [InlineData(ChartCase.BrokerChart, "gateway: {enabled: true, rest: {hostnames: [a.b]}}", "gateway.parentRefs is required")]
    [InlineData(ChartCase.BrokerChart, "gateway: {enabled: true}", "needs gateway.rest.hostnames")]
    [InlineData(ChartCase.BrokerChart, "alerts: {receivers: [{name: x, kind: slack, url: \"https://b\"}]}", "needs alerts.secretsKey.secretName")]
    [InlineData(ChartCase.BrokerChart, "alerts: {secretsKey: {secretName: a}, receivers: [{name: x, kind: slack, urlKey: b}]}",
        "needs alerts.receiversSecretName")]
    public async Task What_is_missing_or_does_not_fit_together_is_said(string chart, string values, string said)
    {
        var needs = chart == ChartCase.BrokerChart ? ChartCase.BrokerNeeds : ChartCase.AgentNeeds;

        var rendered = await ChartRenderer.RenderAsync(new ChartCase(chart, said, values.Length == 0 ? "broker: {url: \"https://b\"}" : Laid(needs, values)));

        rendered.Error.Should().Contain(said);
        rendered.Objects.Should().BeEmpty();
    }

    [Theory]
    [InlineData(ChartCase.AgentChart)]
    [InlineData(ChartCase.BrokerChart)]
    public async Task A_chart_has_the_version_of_the_programs(string chart)
    {
        var version =
            Regex.Match(await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "Directory.Build.props")), "<Version>(.+)</Version>").Groups[1].Value;
        var text = await File.ReadAllTextAsync(Path.Combine(ChartRenderer.DirectoryOf(chart), "Chart.yaml"));

        text.Should().Contain($"\nversion: {version}\n").And.Contain($"\nappVersion: \"{version}\"\n").And.StartWith("apiVersion: v2\n");
        var rendered = await ChartRenderer.RenderAsync(ChartCase.Find(chart, "minimal"));
        ((string)rendered.Container["image"]!).Should().Be($"{chart}:{version}");
        var steps = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "docs", "install.md"));
        Regex.Matches(steps, @"(?:brokkr-broker|brokkr-agent):([0-9.]+)").Select(m => m.Groups[1].Value).Should().OnlyContain(v => v == version);
    }

    [GeneratedRegex(@"(?:^\|.*\n)+", RegexOptions.Multiline)]
    private static partial Regex Table();

    [GeneratedRegex(@"\((\$?[\w.]+) \| default (?:dict|"""")\)")]
    private static partial Regex WithDefault();

    [GeneratedRegex(@"\$(\w+) := \$?\.(?:root\.)?(Values[\w.]*)(?: \| default \w+)?(?= *-?\}\}|\))")]
    private static partial Regex Alias();

    [GeneratedRegex(@"(?<![\w$])\.?\$?\.?(?:root\.)?Values\.([\w.]+)")]
    private static partial Regex Use();

    /// <summary>The values that a template names, through its variables too.</summary>
    private static IEnumerable<string> Named(string template)
    {
        for (var i = 0; i < 6; i++)
        {
            template = WithDefault().Replace(template, "$1");
            foreach (Match alias in Alias().Matches(template))
                template = Regex.Replace(template, $@"\${alias.Groups[1].Value}\.(?=\w)", $".{alias.Groups[2].Value}.");
        }

        return Use().Matches(template).Select(m => m.Groups[1].Value.TrimEnd('.'));
    }

    private static string SchemaText(string chart) => File.ReadAllText(Path.Combine(ChartRenderer.DirectoryOf(chart), "values.schema.json"));

    private static JsonObject Schema(string chart) => JsonNode.Parse(SchemaText(chart))!.AsObject();

    private static List<string> Refusals(JsonSchema schema, JsonNode values)
    {
        var result = schema.Evaluate(JsonSerializer.SerializeToElement(values), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? [] : [.. (result.Details ?? []).Where(d => !d.IsValid && d.Errors?.Count > 0).Select(d => d.InstanceLocation.ToString())];
    }

    /// <summary>The values of a chart that have no values of ours below them.</summary>
    private static async Task<List<Leaf>> LeavesAsync(string chart)
    {
        var schema = Leaves(Schema(chart)).ToDictionary(l => l.Path, l => l.Schema);
        var found = new List<Leaf>();
        Walk(await ChartRenderer.ValuesAsync(chart, ""), "");
        return found;

        void Walk(JsonObject values, string path)
        {
            foreach (var (key, value) in values)
            {
                var at = path.Length == 0 ? key : $"{path}.{key}";
                if (value is JsonObject map && map.Count > 0 && !schema.ContainsKey(at))
                    Walk(map, at);
                else
                    found.Add(new(at, schema.GetValueOrDefault(at) ?? [], value));
            }
        }
    }

    private static IEnumerable<Leaf> Leaves(JsonObject schema, string path = "")
    {
        foreach (var (key, below) in schema["properties"]!.AsObject())
        {
            var at = path.Length == 0 ? key : $"{path}.{key}";
            if (below!["properties"] is not null)
            {
                below["additionalProperties"]!.GetValue<bool>().Should().BeFalse($"{at} is ours");
                foreach (var leaf in Leaves(below.AsObject(), at))
                    yield return leaf;
            }
            else
            {
                yield return new(at, below.AsObject(), null);
            }
        }
    }

    /// <summary>Another value of the same kind, as YAML.</summary>
    private static string Other(Leaf leaf) => Others.TryGetValue(leaf.Path, out var other) ? other
        : leaf.Schema["enum"] is JsonArray words ? words.First(w => !JsonNode.DeepEquals(w, leaf.Default))!.ToJsonString()
        : (string?)leaf.Schema["type"] switch
        {
            "boolean" => leaf.Default!.GetValue<bool>() ? "false" : "true",
            "integer" => $"{leaf.Default!.GetValue<int>() + 1}",
            "string" => "\"other\"",
            "object" => """{"other":"other"}""",
            "array" => (string?)leaf.Schema["items"]!["type"] switch { "integer" => "[7]", "string" => """["other"]""", _ => """[{"other":"other"}]""" },
            _ => throw new InvalidOperationException($"No other value is known for {leaf.Path}."),
        };

    private static string Nested(string path, string value) => path.Split('.').Reverse().Aggregate(value, (below, key) => $"{{\"{key}\": {below}}}");

    /// <summary>YAML over YAML, key by key.</summary>
    private static string Laid(string under, string over)
    {
        var laid = Read(under);
        Lay(laid, Read(over));
        return laid.ToJsonString();

        static JsonObject Read(string yaml)
        {
            var stream = new YamlDotNet.RepresentationModel.YamlStream();
            stream.Load(new StringReader(yaml));
            return (JsonObject)Json(stream.Documents[0].RootNode)!;
        }

        static JsonNode? Json(YamlDotNet.RepresentationModel.YamlNode node) => node switch
        {
            YamlDotNet.RepresentationModel.YamlMappingNode map => new JsonObject(map.Children.Select(p => KeyValuePair.Create($"{p.Key}", Json(p.Value)))),
            YamlDotNet.RepresentationModel.YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
            YamlDotNet.RepresentationModel.YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "null" } => null,
            YamlDotNet.RepresentationModel.YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
            YamlDotNet.RepresentationModel.YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain } text when int.TryParse(text.Value, out var number) =>
            number,
            _ => ((YamlDotNet.RepresentationModel.YamlScalarNode)node).Value,
        };

        static void Lay(JsonObject below, JsonObject above)
        {
            foreach (var (key, value) in above)
            {
                if (value is JsonObject map && below[key] is JsonObject known)
                    Lay(known, map);
                else
                    below[key] = value?.DeepClone();
            }
        }
    }

    /// <summary>The comment above each key of a values file, by path and in its order.</summary>
    private static OrderedDictionary<string, string> Comments(string values)
    {
        var (found, path, comment) = (new OrderedDictionary<string, string>(), new List<string>(), new List<string>());
        foreach (var line in values.Split('\n'))
        {
            if (line.TrimStart() is ['#', ' ', .. var said])
            {
                comment.Add(said);
                continue;
            }

            if (Regex.Match(line, @"^( *)([\w]+):") is { Success: true } key)
            {
                var depth = key.Groups[1].Length / 2;
                path = [.. path.Take(depth), key.Groups[2].Value];
                if (comment.Count > 0)
                    found[string.Join('.', path)] = string.Join(' ', comment);
            }

            comment.Clear();
        }

        return found;
    }

    /// <summary>A value that the schema describes as a whole.</summary>
    private sealed record Leaf(string Path, JsonObject Schema, JsonNode? Default);
}
