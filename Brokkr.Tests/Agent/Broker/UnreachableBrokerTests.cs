using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Brokkr.Agent.Broker;
using Brokkr.Tests.Broker.Operations;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Brokkr.Tests.Agent.Broker;

/// <summary>Why a broker cannot be reached is one line that says what to look at.</summary>
public sealed class UnreachableBrokerTests : IAsyncLifetime, IDisposable
{
    private readonly TestCertificates _ours = new();
    private readonly TestCertificates _other = new();
    private WebApplication _server = null!;

    private int Port => new Uri(_server.Urls.First()).Port;

    public async Task InitializeAsync()
    {
        _ours.Issue();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, 0, listen =>
            listen.UseHttps(X509Certificate2.CreateFromPemFile(_ours.Certificate, _ours.Key))));
        _server = builder.Build();
        await _server.StartAsync();
    }

    [Fact]
    public async Task An_unknown_name() => (await WhyAsync("http://nowhere.invalid:8081")).Should().Be("the name nowhere.invalid is not known");

    [Fact]
    public async Task A_port_on_which_nothing_listens() =>
        (await WhyAsync("http://127.0.0.1:1")).Should().Be("nothing listens there (connection refused)");

    [Fact]
    public async Task A_certificate_that_nobody_trusts() =>
        (await WhyAsync($"https://127.0.0.1:{Port}")).Should().Be("its certificate is of no CA that this machine trusts; name its CA in agent.broker_ca");

    [Fact]
    public async Task A_certificate_of_another_CA() =>
        (await WhyAsync($"https://127.0.0.1:{Port}", _other.Ca)).Should().Be("its certificate is of none of the CAs that were named");

    [Fact]
    public async Task A_certificate_for_another_name() =>
        (await WhyAsync($"https://127.0.0.2:{Port}", _ours.Ca)).Should().Be("its certificate is not for the name that was asked for");

    [Fact]
    public async Task A_port_without_gRPC() =>
        (await WhyAsync($"https://127.0.0.1:{Port}", _ours.Ca)).Should().StartWith("no gRPC is spoken there");

    [Fact]
    public async Task The_port_of_REST_without_TLS()
    {
        using var rest = new Listener("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        (await WhyAsync($"http://127.0.0.1:{rest.Port}")).Should().StartWith("no gRPC is spoken there");
    }

    [Fact]
    public async Task A_port_without_TLS()
    {
        using var plain = new Listener("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        (await WhyAsync($"https://127.0.0.1:{plain.Port}")).Should().StartWith("no TLS is spoken there");
    }

    [Fact]
    public async Task A_broker_that_says_nothing()
    {
        using var mute = new Listener("");

        (await WhyAsync($"http://127.0.0.1:{mute.Port}")).Should().Be("it does not answer in time");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _ours.Dispose();
        _other.Dispose();
    }

    private static async Task<string> WhyAsync(string url, string ca = "")
    {
        var options = new ConnectionOptions { BrokerUrl = url, BrokerCa = ca };
        using var channel = BrokerConnection.Open(options);
        var client = new Wire.DiagnosticsService.DiagnosticsServiceClient(channel);
        var call = async () => await client.PollDiagnosticsAsync(new(), deadline: TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(8));
        return UnreachableBroker.Why((await call.Should().ThrowAsync<RpcException>()).Which, options);
    }

    /// <summary>Says one thing to whoever connects and writes, and nothing else.</summary>
    private sealed class Listener : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly byte[] _says;

        public Listener(string says)
        {
            _says = Encoding.ASCII.GetBytes(says);
            _listener.Start();
            _ = AcceptAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }

        private async Task ServeAsync(TcpClient client)
        {
            var stream = client.GetStream();
            var heard = await stream.ReadAsync(new byte[4096]);
            await stream.WriteAsync(_says);
            while (heard > 0 && _says.Length == 0)
                heard = await stream.ReadAsync(new byte[4096]);
            client.Dispose();
        }
    }
}
