using Brokkr.Agent;
using Brokkr.Agent.Evaluate;
using Brokkr.Contracts.Configuration;

if (args is ["--version"])
{
    Console.WriteLine(AgentApp.Version);
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
