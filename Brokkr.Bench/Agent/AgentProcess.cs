using Brokkr.Bench.Stage;
using Brokkr.DemoCluster.Demo;
using Npgsql;

namespace Brokkr.Bench.Agent;

/// <summary>An agent in a process of its own, with the settings it comes with; something else deploys.</summary>
internal sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly ChildProcess _process;

    private AgentProcess(ChildProcess process) => _process = process;

    /// <param name="binary">A dll of the agent, or a published executable.</param>
    /// <param name="directory">For its log.</param>
    /// <param name="agent">Which agent it is.</param>
    /// <param name="broker">Whom it reports to.</param>
    /// <param name="kubeconfig">Which cluster it looks at.</param>
    public static AgentProcess Start(string binary, string directory, SeededAgent agent, Uri broker, string kubeconfig) =>
        new(ChildProcess.Start("agent", [binary], directory, new Dictionary<string, string>
        {
            ["BROKKR__AGENT__BROKER_URL"] = broker.ToString(),
            ["BROKKR__AGENT__AGENT_ID"] = $"{agent.Id}",
            ["BROKKR__AGENT__PAK"] = agent.Pak,
            ["BROKKR__AGENT__KUBECONFIG"] = kubeconfig,
            ["BROKKR__AGENT__DEPLOYMENT__MODE"] = "observe",
            ["BROKKR__AGENT__HEALTH_PORT"] = $"{FreePort.Next()}",
        }));

    public ProcessUse Use() => ProcessUse.Of(_process.Id);

    public void RequireRunning() => _process.RequireRunning();

    /// <summary>Waits until the broker has a report of everything.</summary>
    public async Task WaitForReportsAsync(NpgsqlDataSource database, CancellationToken ct)
    {
        await using var command = database.CreateCommand("SELECT NOT EXISTS (SELECT FROM placements WHERE status IS NULL)");
        for (var began = TimeProvider.System.GetTimestamp(); !(bool)(await command.ExecuteScalarAsync(ct))!;)
        {
            RequireRunning();
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new BenchException($"The agent has not reported everything after {Patience.TotalSeconds} s.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
