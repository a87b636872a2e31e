using Brokkr.Bench.Stage;
using Brokkr.DemoCluster.Demo;

namespace Brokkr.Bench.Agent;

/// <summary>An agent in a process of its own, with the settings it comes with; something else deploys.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private AgentProcess(ChildProcess process) => _process = process;

    /// <param name="binary">A dll of the agent, or a published executable.</param>
    /// <param name="directory">For its log.</param>
    /// <param name="agent">Which agent it is.</param>
    /// <param name="broker">Whom it reports to.</param>
    /// <param name="kubeconfig">Which cluster it looks at.</param>
    public static AgentProcess Start(string binary, string directory, SeededAgent agent, Uri broker, string kubeconfig) => new(ChildProcess.Start("agent", [binary], directory, new Dictionary<string, string>
    {
        ["BROKKR__AGENT__BROKER_URL"] = broker.ToString(),
        ["BROKKR__AGENT__AGENT_ID"] = $"{agent.Id}",
        ["BROKKR__AGENT__PAK"] = agent.Pak,
        ["BROKKR__AGENT__KUBECONFIG"] = kubeconfig,
        ["BROKKR__AGENT__DEPLOYMENT__MODE"] = "observe",
        ["BROKKR__AGENT__HEALTH_PORT"] = $"{Programs.FreePort()}",
    }));

    public ProcessUse Use() => ProcessUse.Of(_process.Id);

    public void RequireRunning() => _process.RequireRunning();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
