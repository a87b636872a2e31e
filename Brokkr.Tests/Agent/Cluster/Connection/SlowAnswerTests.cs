using Brokkr.Agent.Cluster.Connection;
using Brokkr.DemoCluster.Api;
using Brokkr.Tests.DemoCluster;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Cluster.Connection;

/// <summary>Answers that begin and do not end.</summary>
public class SlowAnswerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_that_stops_after_its_head_is_a_timeout_and_no_cancellation(bool reads)
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Faults.StopsAfterHead = true;
        var kubeconfig = Path.GetTempFileName();
        DemoKubeconfig.Write(kubeconfig, cluster.Url, "any");
        var clock = new FakeTimeProvider();
        using var client = new KubeClient(new() { Kubeconfig = kubeconfig }, clock);

        Task asked = reads ? client.ReadJsonAsync("api/v1/namespaces/prod/configmaps", null, CancellationToken.None)
            : (Task)client.AskAsync("apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "{}", CancellationToken.None);
        while (!asked.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(20);
        }

        var failure = await FluentActions.Awaiting(() => asked).Should().ThrowAsync<TimeoutException>();
        ApiRefusal.IsOfOneRequest(failure.Which).Should().BeTrue("the API server is there");
        File.Delete(kubeconfig);
    }
}
