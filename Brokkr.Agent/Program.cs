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
          --check-config [--agent.KEY=VALUE ...]    tells every setting that cannot be used, and starts nothing

        It ends with 0 when it was told to stop, 1 when it cannot start or go on, and 2 when a setting is wrong.
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
    var isCheck = args.Contains("--check-config");
    using var host = AgentApp.Create(
        ConfigurationLoader.Load<AgentOptions>("agent", [.. args.Where(a => a != "--check-config")], o => o.Flaws()));
    if (isCheck)
        Console.WriteLine("The settings can be used.");
    else
        await host.RunAsync();
    return 0;
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The agent cannot go on: {e.Message.TrimEnd('.')}. Check the files that the settings name, and its ports.");
    return 1;
}
