using Brokkr.Agent.Cluster.Objects;
using Brokkr.Agent.Diagnostics;
using Brokkr.Agent.Targets;
using Brokkr.DemoCluster.Api.Control;
using Brokkr.Tests.Agent.Watching;
using Brokkr.Tests.DemoCluster;

namespace Brokkr.Tests.Agent.Diagnostics;

/// <summary>The reading half of an agent beside a stand-in API server, ready to gather for any scenario.</summary>
public sealed class DiagnosingCluster : IAsyncLifetime
{
    private RunningCluster _cluster = null!;
    private WatchingAgent _watched = null!;

    internal DemoClusterFaults Faults => _cluster.Faults;

    public async Task InitializeAsync()
    {
        _cluster = await RunningCluster.StartAsync();
        _watched = await WatchingAgent.StartAsync(_cluster,
            string.Join("\n---\n", Directory.GetFiles(Path.Combine(RepositoryRoot.Fixtures, "scenarios")).Select(File.ReadAllText)));
        await _watched.KnowsEverythingAsync();
        await _watched.BecomesAsync(
            () => _watched.State.Knows(_watched.Targets.NamedKinds().Select(k => new KindId(ResourceId.GroupOf(k.ApiVersion), k.Kind))),
            "every named kind is listed");
    }

    internal Task<Wire.SubmitResultRequest> DiagnoseAsync(string scenario, TimeSpan? time = null) => DiagnoseAsync(RecordedCluster.Scenario(scenario), time);

    internal Task<Wire.SubmitResultRequest> DiagnoseAsync(
        DeploymentTarget target, TimeSpan? time = null, string? malformed = null, params Refusal[] refused)
    {
        var refusals = new Refusals();
        refusals.Set(target.Id, refused);
        return new DiagnosticCollector(
                new(_watched.Client), _watched.State, refusals, _watched.Options.Cluster, _watched.Options.Diagnostics, Build.ShippedRules,
                TimeProvider.System)
            .CollectAsync(new(target, malformed), time ?? TimeSpan.FromSeconds(30), CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _watched.DisposeAsync();
        await _cluster.DisposeAsync();
    }
}
