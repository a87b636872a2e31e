using System.Net;
using System.Net.Security;
using Brokkr.Agent.Broker;
using Brokkr.Broker.Operations;
using Brokkr.Broker.Storage;
using Brokkr.Tests.Agent;
using Grpc.Core;
using Grpc.Net.Client;

namespace Brokkr.Tests.Broker.Operations;

public sealed class TlsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TestCertificates _server = new();
    private readonly TestCertificates _clients = new();

    public void Dispose()
    {
        _server.Dispose();
        _clients.Dispose();
    }

    [Fact]
    public async Task One_port_speaks_rest_and_grpc_over_tls_and_tells_browsers_to_stay_with_it()
    {
        await using var broker = await GivenBrokerAsync();
        using var http = new HttpClient(Handler()) { BaseAddress = broker.Urls[3] };

        using var response = await http.SendAsync(new(HttpMethod.Get, "/api/v1/stacks") { Headers = { Authorization = new("Bearer", broker.AdminPak) } });
        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Headers.GetValues("Strict-Transport-Security").Should().ContainSingle().Which.Should().Contain("max-age=31536000");

        using var channel = GrpcChannel.ForAddress(broker.Urls[3], new() { HttpHandler = Handler() });
        (await new Wire.StackService.StackServiceClient(channel).ListStacksAsync(new(), BrokerFixture.As(broker.AdminPak))).Stacks.Should().BeEmpty();
    }

    [Fact]
    public async Task New_files_count_without_a_restart_and_broken_ones_change_nothing()
    {
        await using var broker = await GivenBrokerAsync();
        var first = await ShownAsync(broker);

        var second = _server.Issue();
        await BecomesAsync(broker, second);
        second.Should().NotBe(first);

        await File.WriteAllTextAsync(_server.Key, "not a key");
        var certificate = Service(broker);
        await certificate.ReloadAsync(CancellationToken.None);
        (await ShownAsync(broker)).Should().Be(second);

        await BecomesAsync(broker, _server.Issue());
    }

    [Fact]
    public async Task The_log_says_until_when_a_new_certificate_counts_as_other_lines_say_times()
    {
        var lines = new LogLines();
        _server.Issue();
        var certificate = new ServerCertificate(new() { Certificate = _server.Certificate, Key = _server.Key }, lines.For<ServerCertificate>());
        _server.Issue();

        await certificate.ReloadAsync(CancellationToken.None);

        lines.All.Should().ContainSingle().Which.Text.Should().MatchRegex(@"until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$");
    }

    [Fact]
    public async Task With_a_client_ca_a_certificate_of_it_is_needed_and_the_key_still_too()
    {
        _clients.Issue();
        await using var broker = await GivenBrokerAsync(tls => tls.ClientCa = _clients.Ca);

        (await CallAsync(broker, Handler(_clients), broker.AdminPak)).Should().Be(StatusCode.OK);
        (await CallAsync(broker, Handler(_clients), "nonsense")).Should().Be(StatusCode.Unauthenticated);
        (await CallAsync(broker, Handler(), broker.AdminPak)).Should().NotBe(StatusCode.OK).And.NotBe(StatusCode.Unauthenticated);
        (await CallAsync(broker, Handler(_server), broker.AdminPak)).Should().NotBe(StatusCode.OK, "its certificate is of another CA").And
            .NotBe(StatusCode.Unauthenticated);
    }

    [Fact]
    public async Task An_agent_trusts_the_ca_it_is_told_and_no_other()
    {
        _clients.Issue();
        await using var broker = await GivenBrokerAsync();
        var agent = await broker.GivenAgentAsync();

        (await AgentCallAsync(_server.Ca)).Should().Be(StatusCode.OK);
        (await AgentCallAsync(_clients.Ca)).Should().NotBe(StatusCode.OK);
        (await AgentCallAsync("")).Should().NotBe(StatusCode.OK);

        async Task<StatusCode> AgentCallAsync(string ca)
        {
            var tls = BrokerTls.Of(new() { BrokerUrl = $"{broker.Urls[3]}", BrokerCa = ca });
            using var channel = GrpcChannel.ForAddress(broker.Urls[3], new() { HttpHandler = new SocketsHttpHandler { SslOptions = tls } });
            return await StatusOfAsync(() => new Wire.AgentService.AgentServiceClient(channel)
                .GetTargetStateAsync(new() { AgentId = agent.Id }, BrokerFixture.As(agent.Pak)).ResponseAsync);
        }
    }

    [Fact]
    public async Task Files_that_cannot_be_used_stop_the_start_with_the_settings_that_name_them()
    {
        _server.Issue();
        await File.WriteAllTextAsync(_server.Certificate, "no certificate");

        var start = async () => await BrokerFixture.StartAsync(o => (o.Tls.Certificate, o.Tls.Key) = (_server.Certificate, _server.Key));

        (await start.Should().ThrowAsync<StartException>()).WithMessage("*broker.tls.certificate*");
    }

    private async Task<BrokerFixture> GivenBrokerAsync(Action<Brokkr.Broker.Operations.TlsOptions>? configure = null)
    {
        _server.Issue();
        return await BrokerFixture.StartAsync(options =>
        {
            (options.Tls.Certificate, options.Tls.Key, options.ListenAddress) = (_server.Certificate, _server.Key, "127.0.0.1");
            configure?.Invoke(options.Tls);
        });
    }

    private static Brokkr.Broker.Operations.ServerCertificate Service(BrokerFixture broker) =>
        (Brokkr.Broker.Operations.ServerCertificate)broker.Services.GetService(typeof(Brokkr.Broker.Operations.ServerCertificate))!;

    private SocketsHttpHandler Handler(TestCertificates? client = null) => new()
    {
        SslOptions = BrokerTls.Of(new()
        {
            BrokerCa = _server.Ca,
            BrokerClientCertificate = client?.Certificate ?? "",
            BrokerClientKey = client?.Key ?? "",
        }),
    };

    private static async Task<StatusCode> CallAsync(BrokerFixture broker, SocketsHttpHandler handler, string pak)
    {
        using var channel = GrpcChannel.ForAddress(broker.Urls[3], new() { HttpHandler = handler, DisposeHttpClient = true });
        return await StatusOfAsync(() => new Wire.StackService.StackServiceClient(channel).ListStacksAsync(new(), BrokerFixture.As(pak)).ResponseAsync);
    }

    private static async Task<StatusCode> StatusOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private async Task<string> ShownAsync(BrokerFixture broker)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, broker.Urls[3].Port);
        await using var tls = new SslStream(client.GetStream());
        var trust = BrokerTls.Of(new() { BrokerCa = _server.Ca });
        trust.TargetHost = "localhost";
        await tls.AuthenticateAsClientAsync(trust);
        return tls.RemoteCertificate!.GetCertHashString();
    }

    private async Task BecomesAsync(BrokerFixture broker, string thumbprint)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (await ShownAsync(broker) != thumbprint)
        {
            TimeProvider.System.GetElapsedTime(began).Should().BeLessThan(Patience);
            await Task.Delay(100);
        }
    }
}
