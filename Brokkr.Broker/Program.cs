using Brokkr.Broker;
using Brokkr.Broker.Storage;
using Brokkr.Contracts;
using Brokkr.Contracts.Configuration;

if (args is ["--help" or "-h"])
{
    Console.WriteLine("""
        brokkr-broker [--broker.KEY=VALUE ...]    runs the broker; settings come from brokkr.toml and the environment, too

          --help                  shows this
          --version               shows the version
          --check-config          tells every setting that cannot be used, and starts nothing
          --new-admin-pak         makes an admin PAK to put into broker.bootstrap_pak_file
          --openapi               shows the description of the REST API
          --postgres-directory    shows where the embedded PostgreSQL keeps its data under these settings

        It ends with 0 when it was told to stop, 1 when it cannot start or go on, and 2 when a setting is wrong.
        """);
    return 0;
}

if (args is ["--version"])
{
    Console.WriteLine(ProgramVersion.Current);
    return 0;
}

if (args is ["--new-admin-pak"])
{
    Console.WriteLine(Pak.Create(PakRole.Admin).Reveal());
    return 0;
}

try
{
    if (args is ["--openapi"])
        Console.Write(await BrokerHost.DescribeAsync());
    else if (args is ["--postgres-directory", .. var settings])
        Console.WriteLine(PostgresDirectory.DataOf(ConfigurationLoader.Load<BrokerOptions>("broker", settings).DataDir));
    else if (args.Contains("--check-config"))
        Check(Load(Settings(args)));
    else
        await BrokerHost.RunAsync(Load(args));
    return 0;
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
catch (StartException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"The broker cannot go on: {e.Message.TrimEnd('.')}. Check the files and directories that the settings name.");
    return 1;
}

static string[] Settings(string[] args) => [.. args.Where(a => a != "--check-config")];

static void Check(BrokerOptions options)
{
    BrokerHost.Check(options);
    Console.WriteLine($"The settings can be used; data lies in {Path.GetFullPath(options.DataDir)}.");
}

static BrokerOptions Load(string[] settings) => ConfigurationLoader.Load<BrokerOptions>("broker", settings, o => o.Flaws());
