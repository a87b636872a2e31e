using Brokkr.DemoCluster.Api.Recordings;

namespace Brokkr.Tests.DemoCluster;

public sealed class ForeignRecordingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("brokkr-recording-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_directory_with_objects_alone_is_served_with_the_packaged_discovery()
    {
        Write("pods.json",
            """{"kind":"PodList","apiVersion":"v1","items":[{"metadata":{"name":"only","namespace":"far"},"spec":{"nodeName":"n","containers":["""
                + """{"name":"c"}]}}]}""");
        await using var cluster = await StartAsync();

        var pod = await cluster.GetAsync("/api/v1/namespaces/far/pods/only");

        pod["metadata"]!["uid"]!.ToString().Should().NotBeEmpty();
        pod["metadata"]!["resourceVersion"]!.ToString().Should().NotBeEmpty();
        (await cluster.GetAsync("/api/v1/events"))["items"]!.AsArray().Should().BeEmpty();
        (await cluster.GetAsync("/apis/apps/v1/deployments"))["kind"]!.ToString().Should().Be("DeploymentList");
        (await cluster.GetAsync("/version"))["major"]!.ToString().Should().Be("1");
    }

    [Theory]
    [InlineData("a list that says its kind", "widgets.json",
        """{"kind":"WidgetList","apiVersion":"shop.example/v2","items":[{"metadata":{"name":"w","namespace":"far"}}]}""",
        "/apis/shop.example/v2/namespaces/far/widgets/w")]
    [InlineData("items that say their kind", "stuff.json",
        """{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"shop.example/v2","kind":"Policy","metadata":{"name":"w"}}]}""",
        "/apis/shop.example/v2/policies/w")]
    [InlineData("the file's name", "widgets.v3.shop.example.json", """{"items":[{"metadata":{"name":"w","namespace":"far"}}]}""",
        "/apis/shop.example/v3/namespaces/far/widgets/w")]
    [InlineData("the file's name without version", "widgets.shop.example.json", """{"items":[{"metadata":{"name":"w"}}]}""", "/apis/shop.example/v1/widgets/w")]
    [InlineData("a known plural", "deployments.json", """{"items":[{"metadata":{"name":"w","namespace":"far"}}]}""",
        "/apis/apps/v1/namespaces/far/deployments/w")]
    [InlineData("a single object", "x.json", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"w","namespace":"far"}}""", "/api/v1/namespaces/far/pods/w")]
    [InlineData("events of the newer group", "events.json", """{"items":[{"metadata":{"name":"w","namespace":"far"},"regarding":{"name":"p"},"note":"n"}]}""",
        "/api/v1/namespaces/far/events/w")]
    public async Task The_kind_is_told_by(string because, string file, string content, string path)
    {
        Write(file, content);
        await using var cluster = await StartAsync();

        (await cluster.GetAsync(path))["metadata"]!["name"]!.ToString().Should().Be("w", because);
    }

    [Fact]
    public async Task A_kind_that_nobody_thought_of_is_discovered_and_keeps_its_kind_in_lists()
    {
        Write("widgets.json", """{"kind":"WidgetList","apiVersion":"shop.example/v2","items":[{"metadata":{"name":"w","namespace":"far"}}]}""");
        await using var cluster = await StartAsync();

        var resources = (await cluster.GetAsync("/apis/shop.example/v2"))["resources"]![0]!;
        var item = (await cluster.GetAsync("/apis/shop.example/v2/widgets"))["items"]![0]!;

        $"{resources["name"]} {resources["kind"]} {resources["namespaced"]}".Should().Be("widgets Widget true");
        item["kind"]!.ToString().Should().Be("Widget");
    }

    [Fact]
    public async Task A_definition_says_what_a_kind_is_called()
    {
        Write("crds.json",
            """{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":"""
                + """{"name":"mice.shop.example"},"spec":{"group":"shop.example","scope":"Cluster","names":{"plural":"mice","kind":"Mouse"},"versions":["""
                + """{"name":"v1","served":true}]}}]}""");
        Write("a.json", """{"kind":"List","apiVersion":"v1","items":[{"apiVersion":"shop.example/v1","kind":"Mouse","metadata":{"name":"m"}}]}""");
        await using var cluster = await StartAsync();

        (await cluster.GetAsync("/apis/shop.example/v1/mice/m"))["kind"]!.ToString().Should().Be("Mouse");
    }

    [Theory]
    [InlineData("pods.json", "{", "objects/pods.json is no JSON (line 1)*")]
    [InlineData("pods.json", "[]", "objects/pods.json holds no list of objects*")]
    [InlineData("pods.json", """{"kind":"PodList","apiVersion":"v1","items":[{"spec":{}}]}""", "Object 1 in objects/pods.json has no metadata.name*")]
    [InlineData("riddle.json", """{"items":[{"metadata":{"name":"w"}}]}""", "Object 1 in objects/riddle.json does not say its kind*")]
    public async Task What_cannot_be_served_is_named(string file, string content, string message)
    {
        Write(file, content);

        (await FluentActions.Awaiting(StartAsync).Should().ThrowAsync<RecordingException>()).WithMessage(message);
    }

    [Fact]
    public async Task A_directory_without_objects_is_refused() =>
        (await FluentActions.Awaiting(StartAsync).Should().ThrowAsync<RecordingException>()).WithMessage("There are no recorded objects at *");

    private Task<RunningCluster> StartAsync() => RunningCluster.StartAsync(new() { ObjectsDirectory = _folder });

    private void Write(string file, string content)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "objects"));
        File.WriteAllText(Path.Combine(_folder, "objects", file), content);
    }
}
