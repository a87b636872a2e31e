using Brokkr.DemoCluster.Api;
using Brokkr.DemoCluster.Demo;

switch (args)
{
    case ["serve", .. var rest]:
        return await ServeCommand.RunAsync(rest);
    case ["run", .. var rest]:
        return await RunCommand.RunAsync(rest);
    default:
        Console.Error.WriteLine($"usage: {ServeArguments.Usage}{Environment.NewLine}       {DemoArguments.Usage}");
        return 2;
}
