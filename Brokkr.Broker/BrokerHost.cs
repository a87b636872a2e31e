using System.Runtime.InteropServices;
using Brokkr.Broker.Alerts.Provisioning;
using Brokkr.Broker.Alerts.Receivers;
using Brokkr.Broker.Alerts.Secrets;
using Brokkr.Broker.Auth;
using Brokkr.Broker.OpenApi;
using Brokkr.Broker.Operations;
using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;
using Brokkr.Contracts;
using Brokkr.Contracts.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Brokkr.Broker;

/// <summary>Runs the broker as a process: database first, then schema, first key, ports; and down again in the opposite order.</summary>
internal static class BrokerHost
{
    private static readonly TimeSpan DatabaseTimeout = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(BrokerOptions options)
    {
        options.RequireUsable();
        using var stop = new CancellationTokenSource();
        using var hurry = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            using var logging = LoggerFactory.Create(log => log.AddOutput(options.Telemetry));
            await using var postgres = await StartDatabaseAsync(options, logging.CreateLogger<EmbeddedPostgres>(), stop.Token);
            await using var app = BrokerApp.Create(options);
            await PrepareAsync(app.Services, stop.Token);
            try
            {
                await app.StartAsync(stop.Token);
            }
            catch (Exception e)
            {
                // Those that run already end before what they use does, without a word.
                await app.StopAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (e is IOException { InnerException: AddressInUseException })
                    throw new StartException(PortInUse(options, e.Message));
                throw;
            }

            var ports = string.Join(", ", app.Urls);
            OperationsLog.Ready(app.Logger, ProgramVersion.Current, ports);
            await ServeAsync(app, TimeSpan.FromSeconds(options.ShutdownGraceSeconds), stop.Token, hurry.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop before it was up.
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            if (stop.IsCancellationRequested)
                hurry.Cancel();
            stop.Cancel();
        }
    }

    /// <summary>
    /// Serves until it is told to stop, or stops by itself; then probes are told first, and calls are taken until their senders had time to
    /// notice.
    /// </summary>
    private static async Task ServeAsync(WebApplication app, TimeSpan grace, CancellationToken stop, CancellationToken hurry)
    {
        var (clock, ending) = (app.Services.GetRequiredService<TimeProvider>(), app.Lifetime.ApplicationStopping);
        using (var asked = CancellationTokenSource.CreateLinkedTokenSource(stop, ending))
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, asked.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        app.Services.GetRequiredService<StoppingCheck>().Stop();
        OperationsLog.Stopping(app.Logger, (int)grace.TotalSeconds);
        using (var over = CancellationTokenSource.CreateLinkedTokenSource(hurry, ending))
            await Task.Delay(grace, clock, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await app.StopAsync(CancellationToken.None);
    }

    /// <summary>Looks at the files that settings name and at what comes out of them, as the start does.</summary>
    /// <exception cref="ConfigurationException">Some of it cannot be used: a line for each.</exception>
    public static void Check(BrokerOptions options)
    {
        var (flaws, isEmbedded) = (new List<string>(), options.Database.ConnectionString.Length == 0);
        foreach (var look in LooksAt(options.Database))
            Look(look);
        if (options.Tls.Enabled)
            Look(() => _ = new ServerCertificate(options.Tls, NullLogger<ServerCertificate>.Instance));
        Look(() => _ = new ReceiverTrust(options.Alerts));
        Look(() => _ = SecretBox.Open(options.SecretsKeyFile));
        Look(() => _ = Provision.Of(options.Alerts, canSeal: isEmbedded || options.SecretsKeyFile.Length > 0));
        if (flaws.Count > 0)
            throw new ConfigurationException(string.Join('\n', flaws));

        void Look(Action look)
        {
            try
            {
                look();
            }
            catch (Exception e) when (e is StartException or ConfigurationException)
            {
                flaws.Add(e.Message);
            }
        }
    }

    /// <summary>The description of REST, without a database and without a port.</summary>
    public static async Task<string> DescribeAsync()
    {
        await using var app = BrokerApp.Create(new() { Database = { ConnectionString = "Host=nowhere" } });
        return await OpenApiModule.WriteAsync(new CompositeEndpointDataSource(((IEndpointRouteBuilder)app).DataSources));
    }

    /// <summary>Brings the schema up to date and sees to the first admin key; waits for a database that is still starting.</summary>
    internal static async Task PrepareAsync(IServiceProvider services, CancellationToken ct)
    {
        var (clock, log) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<Migrator>>());
        var address = DataSources.AddressOf(services.GetRequiredService<BrokerOptions>().Database.ConnectionString);
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await services.GetRequiredService<StoreConnections>().CheckAsync(ct);
                await services.GetRequiredService<Migrator>().MigrateAsync(ct);
                await services.GetRequiredService<ConnectionRoom>().CheckAsync(ct);
                await services.GetRequiredService<AdminBootstrap>().EnsureAdminAsync(ct);
                return;
            }
            catch (NpgsqlException e)
            {
                if (!DatabaseFailure.IsTransient(e))
                    throw new StartException($"The database at {address} refuses the broker ({e.SqlState ?? "at connecting"}): check "
                        + "broker.database.connection_string and the rights of its user.");
                if (clock.GetElapsedTime(began) > DatabaseTimeout)
                    throw new StartException(
                        $"The database at {address} does not answer: check broker.database.connection_string and that the server runs.");
                StorageLog.WaitingForDatabase(log, address, e.InnerException?.GetType().Name ?? e.SqlState ?? "");
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct);
            }
        }
    }

    private static async Task<EmbeddedPostgres?> StartDatabaseAsync(BrokerOptions options, ILogger log, CancellationToken ct)
    {
        foreach (var look in LooksAt(options.Database))
            look();
        if (options.Database.ConnectionString.Length > 0)
            return null;

        try
        {
            if (options.SecretsKeyFile.Length == 0)
            {
                options.SecretsKeyFile = Path.Combine(options.DataDir, "secrets.key");
                SecretBox.Ensure(options.SecretsKeyFile);
            }

            var postgres =
                await EmbeddedPostgres.StartAsync(options.DataDir, new Dictionary<string, string>(), TimeProvider.System, log, ct);
            options.Database.ConnectionString = postgres.ConnectionString;
            return postgres;
        }
        catch (EmbeddedPostgresException e)
        {
            throw new StartException(e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StartException.OfFile("broker.data_dir", Path.GetFullPath(options.DataDir), "used", e);
        }
    }

    private static IEnumerable<Action> LooksAt(DatabaseOptions options) =>
    [
        () => RequireReadable("connection_string", options.ConnectionString, () => DataSources.CreatePlain(options.ConnectionString)),
        () => RequireReadable("listen_connection_string", options.ListenConnectionString, () => DataSources.CreateForListening(options)),
        () => RequireReadable("read_connection_string", options.ReadConnectionString, () => DataSources.CreateForReading(options)),
    ];

    private static void RequireReadable(string key, string given, Func<NpgsqlDataSource> create)
    {
        try
        {
            using var database = given.Length > 0 ? create() : null;
        }
        catch (ArgumentException)
        {
            throw new StartException($"broker.database.{key} is not one: write Host=...;Username=...;Password=...;Database=...");
        }
    }

    private static string PortInUse(BrokerOptions options, string said)
    {
        var (port, key) = new[] { (options.HttpPort, "http_port"), (options.GrpcPort, "grpc_port"),
            (options.ManagementPort, "management_port"), (options.TlsPort, "tls_port") }
            .FirstOrDefault(p =>
            said.Contains($":{p.Item1}:", StringComparison.Ordinal) || said.Contains($":{p.Item1} ", StringComparison.Ordinal));
        return key is null
            ? "A port is in use: set broker.http_port, broker.grpc_port, broker.management_port or broker.tls_port to a free one."
            : $"Port {port} is in use: set broker.{key} (BROKKR__BROKER__{key.ToUpperInvariant()}) to a free one.";
    }
}
