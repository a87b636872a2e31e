namespace Brokkr.Tests.Charts;

/// <summary>deploy/observe.yaml is what the chart makes, for those without Helm. BROKKR_WRITE_KEPT=1 writes it anew.</summary>
public sealed class ObserveManifestTests
{
    private const string Head = """
        # An agent that observes the whole cluster and writes nothing, for those without Helm: what charts/brokkr-agent makes of its values.
        # Put in broker_url, agent_id and the image, and the agent's key beside it:
        #   kubectl create namespace brokkr && kubectl --namespace brokkr create secret generic brokkr-agent-pak --from-file=pak=FILE
        #   kubectl apply -f observe.yaml

        """;

    [Fact]
    public async Task It_is_what_the_chart_makes()
    {
        var rendered = await ChartRenderer.RenderAsync(new ChartCase(ChartCase.AgentChart, "observe", """
            broker: {url: "https://broker.example.com:8443"}
            agentId: 00000000-0000-4000-8000-000000000000
            pak: {secretName: brokkr-agent-pak}
            mode: observe
            """, "brokkr-agent"));
        rendered.Error.Should().BeEmpty();
        var text = Head + string.Concat(rendered.Files.Where(f => f.Key.EndsWith(".yaml", StringComparison.Ordinal) && f.Value.Trim().Length > 0)
            .Select(f => $"---\n{WithoutHelm(f.Value.Trim().TrimStart('-').TrimStart())}\n"));
        var file = Path.Combine(RepositoryRoot.Path, "deploy", "observe.yaml");
        if (KeptManifestTests.Writes)
            await File.WriteAllTextAsync(file, text);

        (await File.ReadAllTextAsync(file)).Should().Be(text, "a change that is meant is written with BROKKR_WRITE_KEPT=1");
    }

    /// <summary>Labels that say that Helm looks after it.</summary>
    private static string WithoutHelm(string manifest) => string.Join('\n', manifest.Split('\n').Where(line =>
        !line.Contains("app.kubernetes.io/managed-by:", StringComparison.Ordinal) && !line.Contains("helm.sh/chart:", StringComparison.Ordinal)));
}
