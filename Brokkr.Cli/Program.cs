using Brokkr.Cli;
using Brokkr.Cli.Terminal;

return await BrokkrCommand.RunAsync(args, Surroundings.OfProcess(), CancellationToken.None);
