using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Brokkr.Tests.Charts;

/// <summary>What holds of the manifests whatever the values are.</summary>
public sealed partial class ManifestTests
{
    /// <summary>Kinds that lie in no namespace.</summary>
    private static readonly string[] ClusterKinds = ["ClusterRole", "ClusterRoleBinding"];

    public static TheoryData<string, string> Cases => ChartCase.Names(ChartCase.All);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_object_has_a_name_and_labels_that_kubernetes_takes(string chart, string name)
    {
        var rendered = await RenderAsync(chart, name);
        var namespaces = rendered.Values["namespaces"].Items().Select(n => (string)n!).Append(rendered.Given.Namespace);

        rendered.Objects.Select(o => ((string)o["kind"]!, (string?)o.At("metadata.namespace"), o.Name())).Should().OnlyHaveUniqueItems();
        foreach (var manifest in rendered.Objects)
        {
            var kind = (string)manifest["kind"]!;
            manifest.Name().Should().MatchRegex("^[a-z]([-a-z0-9]*[a-z0-9])?$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", kind);
            manifest.Name().Length.Should().BeLessThanOrEqualTo(kind == "Service" ? 63 : 200, kind);
            if (ClusterKinds.Contains(kind))
                manifest.At("metadata.namespace").Should().BeNull();
            else
                ((string)manifest.At("metadata.namespace")!).Should().BeOneOf(namespaces);
            foreach (var (key, value) in manifest.At("metadata.labels").Strings().Concat(manifest.At("spec.template.metadata.labels").Strings()))
                LabelValue().IsMatch(value).Should().BeTrue($"{kind} {key}={value}");
            foreach (var annotations in new[] { manifest.At("metadata.annotations"), manifest.At("spec.template.metadata.annotations") })
                annotations.Strings().Should().NotBeNull();
        }

        rendered.OfKind("Service").Where(s => !char.IsAsciiLetterLower(s.Name()[0])).Should()
            .BeEmpty("a Service's name is a DNS name that begins with a letter");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Selectors_find_the_pods_and_ports_that_they_mean(string chart, string name)
    {
        var rendered = await RenderAsync(chart, name);
        var labels = rendered.Pod.At("metadata.labels").Strings();
        var ports = rendered.Container["ports"].Items().ToDictionary(p => (string)p["name"]!, p => (int)p["containerPort"]!);

        var selectors = rendered.OfKind("Deployment").Concat(rendered.OfKind("PodDisruptionBudget")).Concat(rendered.OfKind("PodMonitor"))
            .Select(o => o.At("spec.selector.matchLabels"))
            .Concat(rendered.OfKind("NetworkPolicy").Select(o => o.At("spec.podSelector.matchLabels")))
            .Concat(rendered.OfKind("Service").Select(o => o.At("spec.selector")));
        foreach (var selector in selectors)
            selector.Strings().Should().NotBeEmpty().And.BeSubsetOf(labels);
        foreach (var port in rendered.OfKind("Service").SelectMany(s => s.At("spec.ports").Items()))
            ports.Keys.Should().Contain((string)port["targetPort"]!);
        foreach (var port in rendered.OfKind("PodMonitor").SelectMany(m => m.At("spec.podMetricsEndpoints").Items()))
            ports.Keys.Should().Contain((string)port["port"]!);
        foreach (var probe in new[] { "livenessProbe", "readinessProbe", "startupProbe" }.Select(p => rendered.Container.At($"{p}.httpGet.port"))
            .Where(p => p is not null))
            ports.Keys.Should().Contain((string)probe!);
        foreach (var port in rendered.OfKind("NetworkPolicy").SelectMany(p => p.At("spec.ingress").Items()).SelectMany(i => i["ports"].Items()))
            ports.Values.Should().Contain((int)port["port"]!);
        foreach (var monitor in rendered.OfKind("ServiceMonitor"))
        {
            var wanted = monitor.At("spec.selector.matchLabels").Strings();
            var found = rendered.OfKind("Service").Should()
                .ContainSingle(s => wanted.All(w => s.At("metadata.labels").Strings().Contains(w)), "it scrapes one Service").Which;
            monitor.At("spec.endpoints").Items().Select(e => (string)e["port"]!).Should()
                .BeSubsetOf(found.At("spec.ports").Items().Select(p => (string)p["name"]!));
        }

        foreach (var (service, port) in Backends(rendered))
            rendered.OfKind("Service").Single(s => s.Name() == service).At("spec.ports").Items().Select(p => (int)p["port"]!).Should().Contain(port);
        foreach (var scaler in rendered.OfKind("HorizontalPodAutoscaler"))
        {
            ((string)scaler.At("spec.scaleTargetRef.name")!).Should().Be(rendered.Only("Deployment").Name());
            rendered.Only("Deployment").At("spec.replicas").Should().BeNull("two would decide");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task What_the_pod_refers_to_is_rendered_or_named_by_a_value(string chart, string name)
    {
        var rendered = await RenderAsync(chart, name);
        var given = Scalars(rendered.Values).ToList();
        var made = rendered.Objects.Select(o => ((string)o["kind"]!, o.Name()))
            .Concat(rendered.OfKind("Certificate").Select(c => ("Secret", (string)c.At("spec.secretName")!))).ToList();
        var pod = rendered.Pod["spec"]!;

        foreach (var volume in pod["volumes"].Items())
        {
            if (volume.At("configMap.name") is { } map)
                IsThere("ConfigMap", (string)map!);
            if (volume.At("secret.secretName") is { } secret)
                IsThere("Secret", (string)secret!);
        }

        foreach (var variable in rendered.Container["env"].Items().Where(e => e.At("valueFrom.secretKeyRef") is not null))
            IsThere("Secret", (string)variable.At("valueFrom.secretKeyRef.name")!);
        if ((string)pod["serviceAccountName"]! != "default")
            IsThere("ServiceAccount", (string)pod["serviceAccountName"]!);
        rendered.Container["volumeMounts"].Items().Select(m => (string)m["name"]!).Should()
            .BeEquivalentTo(pod["volumes"].Items().Select(v => (string)v["name"]!));
        rendered.Container["volumeMounts"].Items().Select(m => (string)m["mountPath"]!).Should().OnlyHaveUniqueItems();

        foreach (var file in Quoted().Matches(rendered.Configuration).Select(m => m.Groups[1].Value)
            .Where(f => f.StartsWith("/etc/brokkr/", StringComparison.Ordinal)))
            Mounted(rendered).Should().Contain(m => m == file || m == Path.Combine(Path.GetDirectoryName(file)!, "*"), "the configuration names {0}", file);

        void IsThere(string kind, string wanted) =>
            (made.Contains((kind, wanted)) || given.Contains(wanted)).Should().BeTrue($"{rendered.Given} refers to the {kind} {wanted}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_pod_keeps_to_the_pod_security_standard_restricted(string chart, string name)
    {
        var rendered = await RenderAsync(chart, name);
        var (pod, container) = (rendered.Pod["spec"]!, rendered.Container);

        ((bool?)pod.At("securityContext.runAsNonRoot")).Should().BeTrue();
        ((long)pod.At("securityContext.runAsUser")!).Should().BePositive();
        ((string?)pod.At("securityContext.seccompProfile.type")).Should().Be("RuntimeDefault");
        ((bool?)container.At("securityContext.allowPrivilegeEscalation")).Should().BeFalse();
        ((bool?)container.At("securityContext.readOnlyRootFilesystem")).Should().BeTrue();
        container.At("securityContext.capabilities")!.ToJsonString().Should().Be("""{"drop":["ALL"]}""");
        foreach (var forbidden in new[] { "hostNetwork", "hostPID", "hostIPC" })
            pod[forbidden].Should().BeNull();
        pod["volumes"].Items().SelectMany(v => v.AsObject().Select(p => p.Key)).Distinct().Should().BeSubsetOf(["name", "configMap", "secret", "emptyDir"]);
        ((bool)pod["automountServiceAccountToken"]!).Should().Be(chart == ChartCase.AgentChart, "the broker does not talk to Kubernetes");
        ((bool?)pod["enableServiceLinks"]).Should().BeFalse();
    }

    [Fact]
    public async Task A_change_of_the_configuration_restarts_the_pods_and_nothing_else_does()
    {
        var cases = new[]
        {
            new ChartCase(ChartCase.AgentChart, "as it is", ChartCase.AgentNeeds),
            new ChartCase(ChartCase.AgentChart, "another image", ChartCase.AgentNeeds + "image: {tag: other}\n"),
            new ChartCase(ChartCase.AgentChart, "another setting", ChartCase.AgentNeeds + "health: {checkIntervalSeconds: 30}\n"),
            new ChartCase(ChartCase.AgentChart, "other rules", ChartCase.AgentNeeds + "customRules: \"kinds: {}\"\n"),
            new ChartCase(ChartCase.AgentChart, "an annotation of that name", ChartCase.AgentNeeds + "podAnnotations: {checksum/config: mine}\n"),
        };

        var checksums = (await ChartRenderer.RenderAsync(cases)).Select(r => (string)r.Pod.At("metadata.annotations")!["checksum/config"]!).ToList();

        checksums[0].Should().HaveLength(64).And.Be(checksums[1]).And.Be(checksums[4]);
        checksums.Distinct().Should().HaveCount(3);
    }

    [Theory]
    [InlineData("https://broker.example.com", 443)]
    [InlineData("http://broker.example.com", 80)]
    [InlineData("https://broker.example.com:8443/", 8443)]
    [InlineData("https://[2001:db8::443]", 443)]
    [InlineData("http://[2001:db8::7]:8081", 8081)]
    public async Task The_network_policy_of_the_agent_opens_the_port_of_the_broker(string url, int port)
    {
        var rendered = await ChartRenderer.RenderAsync(new ChartCase(ChartCase.AgentChart, url,
            ChartCase.AgentNeeds.Replace("https://broker.example.com:8443", url, StringComparison.Ordinal)
            + "networkPolicy: {enabled: true, brokerTo: [{ipBlock: {cidr: 203.0.113.7/32}}]}\n"));

        var egress = rendered.Only("NetworkPolicy").At("spec.egress").Items().ToList();

        egress.Should().HaveCount(3, "broker, API server and DNS");
        egress[0].ToJsonString().Should().Be($$$"""{"ports":[{"port":{{{port}}},"protocol":"TCP"}],"to":[{"ipBlock":{"cidr":"203.0.113.7/32"}}]}""");
        egress[2]["to"].Items().Should().ContainSingle("DNS is asked in the cluster only");
    }

    [GeneratedRegex("^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$")]
    private static partial Regex LabelValue();

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Quoted();

    private static async Task<RenderedChart> RenderAsync(string chart, string name)
    {
        var rendered = await ChartRenderer.RenderAsync(ChartCase.Find(chart, name));
        rendered.Error.Should().BeEmpty();
        return rendered;
    }

    private static IEnumerable<(string Service, int Port)> Backends(RenderedChart rendered) =>
        rendered.OfKind("Ingress").SelectMany(i => i.At("spec.rules").Items()).SelectMany(r => r.At("http.paths").Items())
            .Select(p => ((string)p.At("backend.service.name")!, (int)p.At("backend.service.port.number")!))
            .Concat(rendered.OfKind("HTTPRoute").Concat(rendered.OfKind("GRPCRoute")).SelectMany(r => r.At("spec.rules").Items())
            .SelectMany(r => r["backendRefs"].Items())
                .Select(b => ((string)b["name"]!, (int)b["port"]!)));

    /// <summary>The files that the pod's volumes put in place.</summary>
    private static IEnumerable<string> Mounted(RenderedChart rendered) =>
        from mount in rendered.Container["volumeMounts"].Items()
        from volume in rendered.Pod.At("spec.volumes").Items()
        where (string)volume["name"]! == (string)mount["name"]!
        from file in (volume.At("secret.items") ?? volume.At("configMap.items")) is { } items ? items.Items().Select(i => (string)i["path"]!)
            : volume["configMap"] is not null ? rendered.Only("ConfigMap")["data"].Strings().Keys
            // Whoever makes the Secret names its keys in the values.
            : volume["secret"] is not null ? ["*"] : []
        select $"{mount["mountPath"]}/{file}";

    private static IEnumerable<string> Scalars(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(p => Scalars(p.Value)),
        JsonArray list => list.SelectMany(Scalars),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };
}
