using Brokkr.Agent;
using Brokkr.Tests.Broker;
using Brokkr.Tests.Processes;
using static Brokkr.Tests.Agent.Deployment.ApplyTests;

namespace Brokkr.Tests.EndToEnd;

/// <summary>How an agent learns what it is to run, from a broker of its version and from one of the version before.</summary>
public sealed class VersionTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    [Fact]
    public async Task A_revision_is_applied_as_soon_as_it_is_submitted_however_seldom_the_agent_asks()
    {
        await using var cluster = await StartAsync(options => options.Connection.PollInterval = 3600);
        using var http = cluster.Client();
        await IsThereAsync(http, "first");
        await cluster.SubmitAsync("web", AConfigMap("second", "a: one"));
        await IsThereAsync(http, "second");
        await cluster.SubmitAsync("web", AConfigMap("third", "a: one"));
        await IsThereAsync(http, "third");
    }

    [Fact]
    public async Task With_a_broker_of_the_version_before_the_timer_brings_revisions_and_the_setting_alone_decides_on_deletions()
    {
        await using var cluster = await StartAsync(options => options.Deployment.MassDeleteMinutes = 10_000, isOld: true);
        using var http = cluster.Client();
        await cluster.SubmitAsync("web", Many);
        await IsThereAsync(http, "many-11");

        await cluster.SubmitAsync("web", AConfigMap("second", "a: one"));

        await IsThereAsync(http, "second");
        (await http.GetAsync("/api/v1/namespaces/prod/configmaps/many-0")).IsSuccessStatusCode.Should().BeTrue("most of it would go");
        await cluster.SubmitAsync("web", Many + AConfigMap("third", "a: one"));
        await IsThereAsync(http, "third");
        await cluster.HealthBecomesAsync("web", h => h["status"]!.ToString() == "healthy");
    }

    private static string Many => string.Concat(Enumerable.Range(0, 12).Select(i => AConfigMap($"many-{i}", "a: one")));

    private Task<WatchedCluster> StartAsync(Action<AgentOptions> configure, bool isOld = false) => WatchedCluster.StartAsync(broker, "apply",
        new Dictionary<string, string> { ["web"] = AConfigMap("first", "a: one") }, configure: configure, adjust: isOld ? OlderBroker.Behind : null);

    private static Task IsThereAsync(HttpClient http, string name) => Eventually.IsAsync($"{name} is there", async () =>
        (await http.GetAsync($"/api/v1/namespaces/prod/configmaps/{name}")).IsSuccessStatusCode);
}
