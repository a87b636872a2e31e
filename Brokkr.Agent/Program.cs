using Brokkr.Agent;
using Brokkr.Agent.Evaluate;
using Brokkr.Contracts;
using Brokkr.Contracts.Configuration;

if (args is ["--help" or "-h"])
{
    Console.WriteLine("""
        brokkr-agent [--agent.KEY=VALUE ...]    runs the agent; settings come from brokkr.toml and the environment, too
        brokkr-agent evaluate [-f FILE] ...     judges objects of a cluster by themselves; evaluate --help tells how

          --help       shows this
          --version    shows the version
        """);
    return 0;
}

if (args is ["--version"])
{
    Console.WriteLine(ProgramVersion.Current);
    return 0;
}

if (args is ["evaluate", .. var rest])
{
    var console = EvaluateConsole.Standard();
    await using (console.Output)
        return await EvaluateCommand.RunAsync(rest, console, TimeProvider.System);
}

try
{
    using var host = AgentApp.Create(ConfigurationLoader.Load<AgentOptions>("agent", args));
    await host.RunAsync();
    return 0;
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
