namespace Brokkr.Tests.Agent.Deployment;

/// <summary>What is applied, in which order, and what becomes of that which is refused.</summary>
public class ApplyTests
{
    internal const string Settings = "/api/v1/namespaces/prod/configmaps/settings";

    private const string Web = "/apis/apps/v1/namespaces/prod/deployments/shop";

    [Fact]
    public async Task A_bundle_is_applied_and_says_whose_it_is()
    {
        await using var agent = await Deploying.StartAsync();

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one") + ADeployment("shop", "2"));

        var settings = (await agent.FindAsync(Settings))!;
        settings["data"]!["a"]!.ToString().Should().Be("one");
        settings["metadata"]!["labels"]!["brokkr.io/stack"]!.ToString().Should().Be($"{Deploying.Stack}");
        settings["metadata"]!["annotations"]!["brokkr.io/owned-by"]!.ToString().Should().Be($"agent-1/{Deploying.Stack}/web");
        settings["metadata"]!["managedFields"]![0]!["manager"]!.ToString().Should().Be("brokkr-agent");
        (await agent.FindAsync(Web))!["spec"]!["replicas"]!.GetValue<int>().Should().Be(2);
        agent.RefusedOf(target).Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_is_asked_or_written_again_until_something_changes()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one"));
        agent.Cluster.Requests.Reset();

        for (var i = 0; i < 10; i++)
            await agent.PassAsync(TimeSpan.FromMinutes(1));

        agent.Cluster.Requests.All.Should().BeEmpty();
    }

    [Fact]
    public async Task A_newer_revision_changes_what_is_there_and_takes_away_fields_that_it_dropped()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one\n  b: two"));

        await agent.SubmitAsync(AConfigMap("settings", "a: three"));

        (await agent.FindAsync(Settings))!["data"]!.ToJsonString().Should().Be("""{"a":"three"}""");
    }

    [Fact]
    public async Task An_object_that_is_refused_outright_keeps_the_whole_revision_from_being_applied()
    {
        await using var agent = await Deploying.StartAsync();

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one") + ADeployment("shop", "\"many\""));

        agent.RefusedOf(target).Should().Equal(
            "Deployment shop: failed to create typed patch object (prod/shop; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), "
            + "got string");
        (await agent.FindAsync(Settings)).Should().BeNull();
        agent.Log.All.Should().ContainSingle(l => l.Text.StartsWith("web: Deployment prod/shop is not as the manifest says: failed to create"));
    }

    [Fact]
    public async Task A_refused_revision_leaves_the_former_one_as_it_is()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));

        await agent.SubmitAsync(AConfigMap("settings", "a: two") + ADeployment("shop", "\"many\""));

        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("one");
        (await agent.FindAsync(Settings.Replace("settings", "other", StringComparison.Ordinal))).Should().NotBeNull("what a refused revision drops stays");
    }

    [Fact]
    public async Task A_conflict_is_reported_with_the_servers_sentence_and_the_rest_is_applied()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one"));
        await agent.EditAsync(Settings, """{"data":{"a":"edited"}}""");

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: two") + AConfigMap("other", "a: one"));

        agent.RefusedOf(target).Should().Equal("ConfigMap settings: Apply failed with 1 conflict: conflict with \"kubectl-edit\" using v1: .data.a");
        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("edited");
        (await agent.FindAsync(Settings.Replace("settings", "other", StringComparison.Ordinal))).Should().NotBeNull();
    }

    [Fact]
    public async Task An_annotation_takes_the_fields_of_others()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one"));
        await agent.EditAsync(Settings, """{"data":{"a":"edited"}}""");

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: two", "brokkr.io/force-conflicts: \"true\""));

        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("two");
    }

    [Fact]
    public async Task A_wall_clock_that_is_set_back_puts_no_attempt_off()
    {
        await using var agent = await Deploying.StartAsync();
        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one", ns: "later"));
        agent.RefusedOf(target).Should().ContainSingle();
        await agent.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"later"}}""");

        agent.Wall.Set = TimeSpan.FromHours(-3);
        await agent.PassAsync(TimeSpan.FromSeconds(10));

        agent.RefusedOf(target).Should().BeEmpty();
    }

    [Theory]
    [InlineData(429, 1)]
    [InlineData(503, 20)]
    public async Task A_server_that_asks_for_time_is_left_alone_for_it(int status, int requests)
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one"));
        agent.Cluster.Faults.FailNext(requests, status, retryAfter: 60);
        await agent.SubmitAsync(AConfigMap("settings", "a: two"));
        agent.Cluster.Faults.FailNext(0, status);
        agent.Cluster.Requests.Reset();

        await agent.PassAsync(TimeSpan.FromSeconds(59));
        agent.Writes.Should().BeEmpty("it asked for a minute");
        await agent.PassAsync(TimeSpan.FromSeconds(10));

        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("two");
    }

    [Fact]
    public async Task What_was_refused_is_tried_again_with_growing_pauses_and_then_done()
    {
        await using var agent = await Deploying.StartAsync();
        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one", ns: "later"));
        agent.RefusedOf(target).Should().Equal("ConfigMap settings: namespaces \"later\" not found");
        agent.Cluster.Requests.Reset();
        await agent.PassAsync(TimeSpan.FromSeconds(1));
        agent.Writes.Should().BeEmpty();
        await agent.CreateAsync("/api/v1/namespaces", """{"metadata":{"name":"later"}}""");

        await agent.PassAsync(TimeSpan.FromSeconds(10));

        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync("/api/v1/namespaces/later/configmaps/settings")).Should().NotBeNull();
    }

    [Fact]
    public async Task A_namespace_comes_before_what_is_in_it()
    {
        await using var agent = await Deploying.StartAsync();

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one", ns: "fresh") + "apiVersion: v1\nkind: Namespace\nmetadata: {name: fresh}\n---\n");

        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync("/api/v1/namespaces/fresh/configmaps/settings")).Should().NotBeNull();
    }

    [Fact]
    public async Task A_definition_comes_before_its_resources_which_wait_until_it_is_served()
    {
        await using var agent = await Deploying.StartAsync(new() { EstablishDelay = TimeSpan.FromSeconds(1.5) });

        var target = await agent.SubmitAsync(AWidget("one") + WidgetDefinition);

        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync("/apis/example.com/v1/namespaces/prod/widgets/one")).Should().NotBeNull();
    }

    [Fact]
    public async Task A_kind_that_nobody_defines_is_refused_with_what_to_do()
    {
        await using var agent = await Deploying.StartAsync();

        var target = await agent.SubmitAsync(AWidget("one") + AConfigMap("settings", "a: one"));

        agent.RefusedOf(target).Should(
            ).Equal("Widget one: The cluster does not serve the kind Widget of example.com/v1; install what defines it, or correct apiVersion and kind.");
        (await agent.FindAsync(Settings)).Should().BeNull();
    }

    [Fact]
    public async Task What_somebody_deletes_or_changes_is_applied_again()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.WatchAsync();
        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one") + AConfigMap("other", "a: one"));
        var id = new Brokkr.Agent.Cluster.Objects.ResourceId("", "ConfigMap", "prod", "settings");
        await agent.SeesAsync(s => s.Find(id) is not null);
        await agent.EditAsync(Settings.Replace("settings", "other", StringComparison.Ordinal), """{"data":{"a":"edited"}}""");
        // The watch brings changes of a kind in their order.
        (await agent.Cluster.Client.DeleteAsync(Settings)).EnsureSuccessStatusCode();
        await agent.SeesAsync(s => s.Find(id) is null);

        await agent.PassAsync(TimeSpan.FromSeconds(30));

        (await agent.FindAsync(Settings))!["data"]!["a"]!.ToString().Should().Be("one");
        agent.RefusedOf(target).Should().ContainSingle("a field that somebody took is not taken back").Which.Should().Contain("conflict with \"kubectl-edit\"");
    }

    [Fact]
    public async Task While_the_api_server_is_in_trouble_nothing_is_said_of_the_objects()
    {
        await using var agent = await Deploying.StartAsync();
        agent.Cluster.Faults.FailNext(1, 503);

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one"));
        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync(Settings)).Should().BeNull();
        await agent.PassAsync(TimeSpan.FromSeconds(5));

        (await agent.FindAsync(Settings)).Should().NotBeNull();
    }

    [Fact]
    public async Task Where_what_is_applied_cannot_be_noted_nothing_is_applied_and_the_health_says_why()
    {
        await using var agent = await Deploying.StartAsync();
        agent.Options.Deployment.InventoryNamespace = "elsewhere";

        var target = await agent.SubmitAsync(AConfigMap("settings", "a: one"));

        agent.RefusedOf(target).Should().Equal(
            "ConfigMap settings: The list of what is applied for web cannot be kept in the namespace elsewhere (agent.deployment.inventory_namespace): "
            + "namespaces \"elsewhere\" not found");
        (await agent.FindAsync(Settings)).Should().BeNull();
    }

    [Fact]
    public async Task One_deployment_object_in_trouble_holds_up_no_other()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(AConfigMap("settings", "a: one", ns: "nowhere"), "first");

        await agent.SubmitAsync(AConfigMap("settings", "a: one"), "second");

        (await agent.FindAsync(Settings)).Should().NotBeNull();
    }

    [Fact]
    public async Task A_secret_is_applied_and_what_it_holds_is_in_no_log_and_no_sentence()
    {
        await using var agent = await Deploying.StartAsync();
        const string secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: prod}\nstringData: {password: hunter2-planted}\n---\n";

        var target = await agent.SubmitAsync(secret);
        await agent.EditAsync("/api/v1/namespaces/prod/secrets/key", """{"stringData":{"password":"other-planted"}}""");
        var changed = await agent.SubmitAsync(secret.Replace("hunter2", "hunter3", StringComparison.Ordinal));

        agent.RefusedOf(target).Should().BeEmpty();
        agent.RefusedOf(changed).Should().ContainSingle().Which.Should().Contain(".stringData.password").And.NotContain("planted");
        agent.Log.All.Should().NotContain(l => l.Text.Contains("planted"));
    }

    [Theory]
    [InlineData(403, "secrets \"key\" is forbidden: cannot patch", "secrets \"key\" is forbidden: cannot patch")]
    [InlineData(403, "admission webhook denied: hunter2-planted is weak", "The API server refused it (HTTP 403)")]
    [InlineData(403, "admission webhook denied: planted too", "The API server refused it (HTTP 403)")]
    [InlineData(500, ".data.password: expected string, got 12345", "The API server refused it (HTTP 500)")]
    public void A_refusal_that_quotes_a_secret_is_left_out(int status, string said, string reported)
    {
        var secret = Brokkr.Contracts.Manifests.ManifestReader.Read(
            "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: hunter2-planted}\ndata: {other: cGxhbnRlZCB0b28=}").Single();

        new Brokkr.Agent.Deployment.WriteAnswer((System.Net.HttpStatusCode)status, said, [], null).TextFor(secret).Should().StartWith(reported);
    }

    [Fact]
    public async Task A_bundle_that_was_taken_away_can_come_back_with_its_definition()
    {
        await using var agent = await Deploying.StartAsync();
        await agent.SubmitAsync(WidgetDefinition + AWidget("one"));
        await agent.WithdrawAsync();

        var target = await agent.SubmitAsync(WidgetDefinition + AWidget("one"));

        agent.RefusedOf(target).Should().BeEmpty();
        (await agent.FindAsync("/apis/example.com/v1/namespaces/prod/widgets/one")).Should().NotBeNull();
    }

    [Theory]
    [InlineData("0644", "420")]
    [InlineData("\"0644\"", "\"0644\"")]
    [InlineData("1.5", "1.5")]
    [InlineData("on", "true")]
    [InlineData("~", "null")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    public void A_plain_scalar_means_what_it_means_to_kubectl(string yaml, string json)
    {
        var manifest = Brokkr.Contracts.Manifests.ManifestReader.Read(
            $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, resourceVersion: \"7\"}}\nspec: {{mode: {yaml}}}\nstatus: {{}}").Single();

        var applied = Brokkr.Agent.Deployment.ManifestJson.Of(manifest, new("a", Deploying.Stack, "web"));

        applied.Should().Contain($"\"spec\":{{\"mode\":{json}}}").And.NotContain("resourceVersion").And.NotContain("status");
    }

    internal static string AConfigMap(string name, string data, string annotation = "", string ns = "prod") =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  namespace: {ns}\n  annotations: {{{annotation}}}\ndata:\n  {data}\n---\n";

    internal static string ADeployment(string name, string replicas) => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{{name}}}, namespace: prod}
        spec:
          replicas: {{{replicas}}}
          selector: {matchLabels: {app: {{{name}}}}}
          template:
            metadata: {labels: {app: {{{name}}}}}
            spec: {containers: [{name: app, image: example/app}]}
        ---

        """;

    internal static string AWidget(string name) =>
        $"apiVersion: example.com/v1\nkind: Widget\nmetadata: {{name: {name}, namespace: prod}}\nspec: {{size: 1}}\n---\n";

    internal const string WidgetDefinition = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, kind: Widget}
          versions: [{name: v1, served: true, storage: true}]
        ---

        """;
}
