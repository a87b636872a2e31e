using System.CommandLine;
using System.Text.Json.Nodes;
using Brokkr.Cli.Invocation;
using Brokkr.Cli.Rest;
using Brokkr.Cli.Terminal;

namespace Brokkr.Cli.Fleet;

/// <summary><c>brokkr agents</c>: registers agents, gives them keys, and says what they are responsible for.</summary>
internal static class AgentsCommand
{
    public static Command Create(CommandLine line) => new("agents", "Register agents, give them keys, target them at stacks")
    {
        New(line), Rotate(line), Delete(line), Target(line), Untarget(line), Targets(line),
    };

    private static Command New(CommandLine line)
    {
        var (name, key) = (new Argument<string>("NAME") { Description = "Name of the new agent, as of its cluster" }, NewKey.Option());
        return line.Runs(new("create", "Register an agent; writes its key, which is shown this once") { name, key }, async (run, ct) =>
        {
            var answer = await run.Broker.PostAsync("api/v1/agents", new JsonObject { ["name"] = run.Get(name) }, ct);
            NewKey.Write(run, run.Get(key), $"{answer["pak"]}");
            run.Screen.Note(
                $"The agent {run.Get(name)} has the id {answer["agent"]!["id"]}. Next: brokkr agents target {run.Get(name)} STACK");
            return ExitCodes.Ok;
        });
    }

    private static Command Rotate(CommandLine line)
    {
        var (name, key, overlap) = (AgentName(line), NewKey.Option(), NewKey.Overlap());
        return line.Runs(new("rotate", "Give an agent a new key; the old ones stay valid for a while") { name, key, overlap },
            async (run, ct) =>
        {
            var agent = await run.Finder.AgentAsync(run.Get(name), ct);
            var answer = await run.Broker.PostAsync($"api/v1/agents/{agent.Id}/rotate-pak", NewKey.Body(run.Get(overlap)), ct);
            NewKey.Write(run, run.Get(key), $"{answer["pak"]}");
            run.Screen.Note($"The old keys of {agent.Name} are valid until {answer["old_expires_at"]}.");
            return ExitCodes.Ok;
        });
    }

    private static Command Delete(CommandLine line)
    {
        var (name, yes) = (AgentName(line), Confirmation.Option());
        return line.Runs(new("delete", "Delete an agent with its key, its targets and what it reported") { name, yes }, async (run, ct) =>
        {
            var agent = await run.Finder.AgentAsync(run.Get(name), ct);
            run.Confirm($"Delete the agent {agent.Name} and everything that it reported?", run.Get(yes));
            await run.Broker.DeleteAsync($"api/v1/agents/{agent.Id}", ct);
            run.Screen.Note($"The agent {agent.Name} is deleted.");
            return ExitCodes.Ok;
        });
    }

    private static Command Target(CommandLine line)
    {
        var (name, stacks) = (AgentName(line), StackNames(line));
        return line.Runs(new("target", "Make an agent responsible for stacks") { name, stacks }, async (run, ct) =>
        {
            var agent = await run.Finder.AgentAsync(run.Get(name), ct);
            foreach (var text in run.Get(stacks))
            {
                var stack = await run.Finder.StackAsync(text, ct);
                await run.Broker.PostAsync($"api/v1/agents/{agent.Id}/targets", new JsonObject { ["stack_id"] = stack.Id }, ct);
                run.Screen.Note($"{agent.Name} is responsible for {stack.Name}.");
            }

            return ExitCodes.Ok;
        });
    }

    private static Command Untarget(CommandLine line)
    {
        var (name, stacks, yes) = (AgentName(line), StackNames(line), Confirmation.Option());
        return line.Runs(new("untarget", "End an agent's responsibility for stacks, and forget what it reported about them") { name,
            stacks, yes },
            async (run, ct) =>
            {
                var agent = await run.Finder.AgentAsync(run.Get(name), ct);
                foreach (var text in run.Get(stacks))
                {
                    var stack = await run.Finder.StackAsync(text, ct);
                    run.Confirm($"End the responsibility of {agent.Name} for {stack.Name}, and forget what it reported about it?",
                        run.Get(yes));
                    await run.Broker.DeleteAsync($"api/v1/agents/{agent.Id}/targets/{stack.Id}", ct);
                    run.Screen.Note($"{agent.Name} is not responsible for {stack.Name} any more.");
                }

                return ExitCodes.Ok;
            });
    }

    private static Command Targets(CommandLine line)
    {
        var (name, output) = (AgentName(line), Formats.Option());
        return line.Runs(new("targets", "The stacks that an agent is responsible for") { name, output }, async (run, ct) =>
        {
            var agent = await run.Finder.AgentAsync(run.Get(name), ct);
            var answer = await run.Broker.ListAsync(() => new($"api/v1/agents/{agent.Id}/targets"), "targets", 0, ct);
            var rows = BrokerClient.Read(answer, "targets", Answers.Default.Target);
            run.Show(run.Get(output), answer, () => rows.Select(t => t.StackName), _ =>
            {
                var (page, grid) = (new Page(), new Grid("STACK", "SINCE", "ID"));
                foreach (var t in rows)
                    grid.Add(t.StackName, Ages.Of(t.CreatedAt, run.Now), t.StackId);
                page.Table(grid);
                return page;
            });
            return ExitCodes.Ok;
        });
    }

    private static Argument<string> AgentName(CommandLine line) =>
        line.Name("AGENT", "An agent, by name or id", (run, ct) => run.Finder.AgentNamesAsync(ct));

    private static Argument<string[]> StackNames(CommandLine line) => line.Completed(
        new Argument<string[]>("STACK") { Description = "Stacks, by name or id", Arity = ArgumentArity.OneOrMore },
        (run, ct) => run.Finder.StackNamesAsync(ct));
}
