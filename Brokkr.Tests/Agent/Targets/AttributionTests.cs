using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health;
using Brokkr.Agent.Health.Findings;
using Brokkr.Agent.Targets;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Targets;

/// <summary>Which objects belong to a deployment object.</summary>
public class AttributionTests
{
    [Fact]
    public void Pods_belong_to_the_resource_at_the_end_of_their_owners()
    {
        var deployment = ADeployment(uid: "d");
        var cronJob = AWorkload("batch/v1", "CronJob", "nightly", "c");
        KubeObject[] objects =
        [
            deployment, AReplicaSet("web-1", "rs", "d"), APod("web-1-a", "rs"),
            cronJob, AJob("nightly-1", "j", "c"), APod("nightly-1-a", "j"),
            AWorkload("v1", "ReplicationController", "old", "rc"), APod("old-a", "rc"),
        ];

        Names(ATarget(deployment), objects).Should().Equal("web-1-a");
        Names(ATarget(cronJob), objects).Should().Equal("nightly-1-a");
        Names(ATarget(objects[6]), objects).Should().Equal("old-a");
    }

    [Theory]
    [InlineData("apps/v1", "StatefulSet")]
    [InlineData("apps/v1", "DaemonSet")]
    [InlineData("apps/v1", "ReplicaSet")]
    [InlineData("batch/v1", "Job")]
    [InlineData("example.com/v1", "Database")]
    public void Whatever_owns_a_pod_directly_has_it(string apiVersion, string kind)
    {
        var owner = AWorkload(apiVersion, kind, "x", "u");

        Names(ATarget(owner), owner, APod("x-0", "u")).Should().Equal("x-0");
    }

    [Fact]
    public void A_pod_that_the_manifests_name_belongs_to_them()
    {
        var pod = APod("alone");

        Names(ATarget(pod), pod, APod("other")).Should().Equal("alone");
    }

    [Fact]
    public void Pods_of_another_deployment_never_count_however_alike()
    {
        var (mine, other) = (ADeployment("web", uid: "d1"), ADeployment("web-blue", uid: "d2"));
        KubeObject[] objects = [mine, AReplicaSet("web-1", "r1", "d1"), APod("a", "r1"), other, AReplicaSet("web-blue-1", "r2", "d2"),
            APodWith(Waiting("ErrImagePull"), owner: "r2")];

        Names(ATarget(mine), objects).Should().Equal("a");
        Judge(ATarget(mine), 600, objects).Status.Should().Be(OverallStatus.Healthy);
    }

    [Fact]
    public void A_pod_whose_owner_is_gone_belongs_to_nobody()
    {
        var deployment = ADeployment(uid: "new");

        Names(ATarget(deployment), deployment, APod("orphan", "gone"), AReplicaSet("web-1", "rs", "old"), APod("left", "rs"), APod("free")).Should().BeEmpty();
    }

    [Fact]
    public void The_controller_decides_among_several_owners()
    {
        var (first, second) = (AStatefulSet("first"), AStatefulSet("second"));
        var pod = APod();
        pod.Metadata.OwnerReferences = [new() { Uid = "uid-first" }, new() { Uid = "uid-second", Controller = true }];

        Names(ATarget(first), first, second, pod).Should().BeEmpty();
        Names(ATarget(second), first, second, pod).Should().Equal("web-1-a");
    }

    [Fact]
    public void Owners_that_form_a_circle_do_no_harm()
    {
        var (a, b) = (AReplicaSet("a", "a", "b"), AReplicaSet("b", "b", "a"));

        Names(ATarget(a), a, b, APod("p", "b")).Should().Equal("p");
        Names(ATarget(a, b), a, b, APod("p", "b")).Should().Equal("p");
    }

    [Fact]
    public void An_object_that_owns_itself_does_no_harm()
    {
        var set = AReplicaSet("a", "a", "a");

        Names(ATarget(set), set, APod("p", "a")).Should().Equal("p");
    }

    [Fact]
    public void A_claim_that_a_pod_mounts_belongs_to_the_pods_resource()
    {
        var set = AStatefulSet();
        var pod = APod("db-0", "uid-db");
        pod.Spec.Volumes = [new(), new() { PersistentVolumeClaim = new() { ClaimName = "data-db-0" } }];
        var claim =
            new KubeObject { ApiVersion = "v1", Kind = "PersistentVolumeClaim", Metadata = new() { Name = "data-db-0", Namespace = "shop", Uid = "c" } };
        var elsewhere =
            new KubeObject { ApiVersion = "v1", Kind = "PersistentVolumeClaim", Metadata = new() { Name = "data-db-0", Namespace = "prod", Uid = "e" } };

        Attribution.Of(ATarget(set), new([set, pod, claim, elsewhere], [])).Objects.Should().Equal(claim, pod, set);
    }

    [Theory]
    [InlineData("apiVersion: apps/v1beta1, kind: Deployment, metadata: {name: web, namespace: shop}", true)]
    [InlineData("apiVersion: apps/v1, kind: Deployment, metadata: {name: web}", false)]
    [InlineData("apiVersion: extensions/v1beta1, kind: Deployment, metadata: {name: web, namespace: shop}", false)]
    [InlineData("apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: prod}", false)]
    public void A_resource_is_found_by_group_and_kind_whatever_the_version(string manifest, bool found) =>
        (Attribution.Of(ATarget($"{{{manifest}}}"), new([ADeployment()], [])).Resources.Single().Found is not null).Should().Be(found);

    [Theory]
    [InlineData("default", "")]
    [InlineData("", "")]
    [InlineData("", "shop")]
    public void A_resource_is_found_in_the_default_namespace_and_cluster_wide(string lives, string written)
    {
        var role = new KubeObject
        {
            ApiVersion = "rbac.authorization.k8s.io/v1",
            Kind = "ClusterRole",
            Metadata = new() { Name = "r", Namespace = lives.Length > 0 ? lives : null, Uid = "r" }
        };
        var ns = written.Length > 0 ? $", namespace: {written}" : "";

        Attribution.Of(ATarget($"{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {{name: r{ns}}}}}"), new([role], []))
            .Resources.Single().Found.Should().BeSameAs(role);
    }

    [Theory]
    [InlineData(true, "default")]
    [InlineData(false, "")]
    public void A_missing_resource_is_named_where_it_should_be(bool namespaced, string expected)
    {
        var kinds = new Dictionary<KindId, KindReadability> { [new("example.com", "Widget")] = new(KindAccess.Readable, namespaced) };

        Attribution.Of(ATarget("{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}}"), new([], [], kinds))
            .Resources.Single().Id.Namespace.Should().Be(expected);
    }

    [Fact]
    public void A_resource_that_is_named_twice_counts_once()
    {
        var pod = APod();

        Judge(ATarget(pod, pod), 1, pod).Pods.Should().Be(new PodCount(1, 1));
    }

    [Fact]
    public void A_resource_that_another_one_owns_is_counted_there()
    {
        var (deployment, set) = (ADeployment(uid: "d"), AReplicaSet("web-1", "rs", "d"));

        var health = Judge(ATarget(deployment, set), 600, deployment, set, APod(owner: "rs"));

        (health.Status, health.Pods).Should().Be((OverallStatus.Healthy, new PodCount(1, 1)));
    }

    [Fact]
    public void Objects_without_a_uid_own_nothing()
    {
        var set = AReplicaSet(uid: "");

        Names(ATarget(set), set, APod("p", "")).Should().BeEmpty();
    }

    private static IEnumerable<string> Names(Brokkr.Agent.Targets.DeploymentTarget target, params KubeObject[] objects) =>
        Attribution.Of(target, new(objects, [])).Pods.Select(p => p.Metadata.Name);
}
