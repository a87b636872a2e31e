using System.CommandLine;

namespace Brokkr.Cli.Invocation;

/// <summary><c>--stack</c> and <c>--agent</c> of what can be narrowed by them.</summary>
internal sealed class Places(CommandLine line)
{
    public Option<string?> Stack { get; } = line.NameOption("--stack", "Only this stack", (run, ct) => run.Finder.StackNamesAsync(ct));

    public Option<string?> Agent { get; } = line.NameOption("--agent", "Only this agent", (run, ct) => run.Finder.AgentNamesAsync(ct));

    /// <summary>Their identifiers; null for what nobody named.</summary>
    /// <param name="run">The run that they were given to.</param>
    /// <param name="stack">The stack that is meant where the option names none.</param>
    /// <param name="agent">The agent that is meant where the option names none.</param>
    /// <param name="ct">Ends the calls.</param>
    public async Task<(string? StackId, string? AgentId)> FindAsync(Run run, string? stack, string? agent, CancellationToken ct)
    {
        var (onStack, onAgent) = (run.Get(Stack) ?? stack, run.Get(Agent) ?? agent);
        return (onStack is null ? null : (await run.Finder.StackAsync(onStack, ct)).Id,
            onAgent is null ? null : (await run.Finder.AgentAsync(onAgent, ct)).Id);
    }
}
