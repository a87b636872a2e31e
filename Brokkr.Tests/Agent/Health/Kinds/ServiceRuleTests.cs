using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Cluster.Snapshot;
using Brokkr.Agent.Health.Findings;
using static Brokkr.Tests.Agent.Build;

namespace Brokkr.Tests.Agent.Health.Kinds;

/// <summary>Services that lead nowhere, and those of which that is right.</summary>
public class ServiceRuleTests
{
    private const string Selecting = ""","spec":{"type":"ClusterIP","selector":{"app":"web","tier":"front"}}""";

    [Theory]
    [InlineData(4.9, nameof(OverallStatus.Healthy))]
    [InlineData(5, nameof(OverallStatus.Degraded))]
    public void A_selector_that_fits_no_pod_leads_nowhere(double minutes, string status)
    {
        var health = JudgeFirst(minutes, AService(), ASlice(0), Labelled(APod(), "app=web"));

        health.Status.ToString().Should().Be(status);
        health.Conditions.Should().Equal("NoEndpoints");
        health.Findings[0].Message.Should().Contain("app=web, tier=front");
    }

    [Fact]
    public void Pods_that_are_ready_and_no_endpoints_are_told_and_pods_that_are_not_ready_judge_themselves()
    {
        JudgeFirst(10, AService(), ASlice(0), Labelled(APod(), "app=web", "tier=front")).Conditions.Should().Equal("NoEndpoints");
        JudgeFirst(10, AService(), ASlice(0), Labelled(APod(ready: false), "app=web", "tier=front")).Conditions.Should().BeEmpty();
        JudgeFirst(10, AService(), ASlice(1)).Conditions.Should().BeEmpty();
    }

    [Theory]
    [InlineData("what fits asks for no pods", 0, "app=web tier=front", false)]
    [InlineData("what fits asks for pods", 1, "app=web tier=front", true)]
    [InlineData("nothing fits", 0, "app=web", true)]
    public void A_service_of_what_is_scaled_to_zero_rests(string because, int replicas, string labels, bool told)
    {
        var deployment = ADeployment(replicas: replicas);
        deployment.Spec.Template = new() { Metadata = new() { Labels = LabelSet.Of(labels.Split(' ').Select(Pair)) } };

        JudgeFirst(10, AService(), ASlice(0), deployment).Conditions.Contains("NoEndpoints").Should().Be(told, because);
    }

    [Fact]
    public void A_service_of_cron_jobs_alone_rests_between_their_runs()
    {
        var cronJob = AWorkload("batch/v1", "CronJob", "nightly");
        var labels = LabelSet.Of([Pair("app=web"), Pair("tier=front")]);
        cronJob.Spec.JobTemplate = new() { Spec = new() { Template = new() { Metadata = new() { Labels = labels } } } };

        JudgeFirst(10, AService(), ASlice(0), cronJob).Conditions.Should().BeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"spec\":{\"type\":\"ClusterIP\"}")]
    [InlineData(",\"spec\":{\"type\":\"ExternalName\",\"selector\":{\"app\":\"web\"}}")]
    public void A_service_without_pods_on_purpose_is_healthy(string fields) => JudgeFirst(600, AService(fields), ASlice(0)).Conditions.Should().BeEmpty();

    [Theory]
    [InlineData("discovery.k8s.io", "EndpointSlice")]
    [InlineData("", "Pod")]
    [InlineData("apps", "StatefulSet")]
    public void Nothing_is_said_where_something_could_not_be_read(string group, string kind)
    {
        var service = AService();
        var kinds = new Dictionary<KindId, KindReadability> { [new(group, kind)] = new(KindAccess.Forbidden) };

        Build.Evaluate(ATarget(service), new([service, ASlice(0)], [], kinds), At(600)).Conditions.Should().BeEmpty();
    }

    [Fact]
    public void Nothing_is_said_where_nobody_wrote_down_what_a_service_leads_to() =>
        JudgeFirst(600, AService(), Labelled(APod(), "app=web")).Conditions.Should().BeEmpty();

    [Fact]
    public void A_slice_is_kept_as_the_number_of_its_ready_endpoints()
    {
        const string Endpoints = ""","endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}},{"conditions":{"ready":false}},{"addresses":[]}]""";

        var slice = (EndpointSlice)AnObject("discovery.k8s.io/v1", "EndpointSlice", Endpoints, "web-1", ",\"labels\":{\"kubernetes.io/service-name\":\"web\"}");

        (slice.ReadyEndpoints, slice.Service).Should().Be((2, new ResourceId("", "Service", "shop", "web")));
    }

    private static KubeObject AService(string fields = Selecting) => AnObject("v1", "Service", fields, "web");

    private static KubeObject ASlice(int ready) => new EndpointSlice
    {
        ApiVersion = "discovery.k8s.io/v1",
        Kind = "EndpointSlice",
        Metadata = new()
        {
            Name = "web-1",
            Namespace = "shop",
            Uid = "slice",
            CreationTimestamp = Start,
            Labels = LabelSet.Of([Pair("kubernetes.io/service-name=web")]),
        },
        ReadyEndpoints = ready,
    };

    private static Pod Labelled(Pod pod, params string[] labels)
    {
        pod.Metadata.Labels = LabelSet.Of(labels.Select(Pair));
        return pod;
    }

    private static KeyValuePair<string, string> Pair(string label) => KeyValuePair.Create(label.Split('=')[0], label.Split('=')[1]);
}
