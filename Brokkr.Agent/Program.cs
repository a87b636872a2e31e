using Brokkr.Agent;
using Brokkr.Contracts.Configuration;

if (args is ["--version"])
{
    Console.WriteLine(typeof(AgentApp).Assembly.GetName().Version!.ToString(3));
    return 0;
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
