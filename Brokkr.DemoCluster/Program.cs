using Brokkr.DemoCluster.Api;

switch (args)
{
    case ["serve", .. var rest]:
        return await ServeCommand.RunAsync(rest);
    default:
        Console.Error.WriteLine($"usage: {ServeArguments.Usage}");
        return 2;
}
