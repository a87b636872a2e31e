using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Brokkr.Agent;
using Brokkr.Agent.Broker;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Contracts.Configuration;
using Brokkr.DemoCluster.Api;

namespace Brokkr.Tests.Agent;

/// <summary>Through which proxies the agent reaches its broker and its API server.</summary>
public sealed class ProxyTests : IDisposable
{
    private readonly RefusingProxy _proxy = new();
    private readonly string _kubeconfig = Path.GetTempFileName();

    [Fact]
    public async Task The_broker_is_reached_through_its_own_proxy()
    {
        var options = new ConnectionOptions { BrokerUrl = "https://broker.invalid:8443", BrokerProxy = _proxy.Url };
        using var channel = BrokerConnection.Open(options);
        var call = async () => await new Wire.DiagnosticsService.DiagnosticsServiceClient(channel).PollDiagnosticsAsync(new());

        var failure = (await call.Should().ThrowAsync<Grpc.Core.RpcException>()).Which;

        _proxy.Asked.Should().Contain("CONNECT broker.invalid:8443 HTTP/1.1", UnreachableBroker.Why(failure, options));
        UnreachableBroker.Why(failure, options).Should().StartWith("the proxy does not let it through");
    }

    [Theory]
    [InlineData("", "proxy-url")]
    [InlineData("setting", "")]
    [InlineData("setting", "elsewhere")]
    public async Task The_API_server_is_reached_through_the_proxy_of_the_kubeconfig_or_the_setting(string setting, string inFile)
    {
        var url = inFile == "proxy-url" ? _proxy.Url : inFile.Length > 0 ? "http://127.0.0.1:1" : "";
        WriteKubeconfig("https://api.invalid:6443", url.Length > 0 ? $"\n    proxy-url: {url}" : "");
        using var client = new KubeClient(
            new() { Kubeconfig = _kubeconfig, ClusterProxy = setting.Length > 0 ? _proxy.Url : "" }, TimeProvider.System);

        await FluentActions.Awaiting(() => client.ReadJsonAsync("version", null, CancellationToken.None)).Should().ThrowAsync<HttpRequestException>();

        _proxy.Asked.Should().Contain("CONNECT api.invalid:6443 HTTP/1.1");
    }

    [Fact]
    public async Task Direct_takes_no_proxy_at_all()
    {
        WriteKubeconfig("https://api.invalid:6443", $"\n    proxy-url: {_proxy.Url}");
        using var client = new KubeClient(new() { Kubeconfig = _kubeconfig, ClusterProxy = "direct" }, TimeProvider.System);

        await FluentActions.Awaiting(() => client.ReadJsonAsync("version", null, CancellationToken.None)).Should().ThrowAsync<HttpRequestException>();

        _proxy.Asked.Should().BeEmpty();
    }

    [Fact]
    public async Task A_server_below_a_path_keeps_it()
    {
        WriteKubeconfig($"{_proxy.Url}/k8s/clusters/c-1", "");
        using var client = new KubeClient(new() { Kubeconfig = _kubeconfig }, TimeProvider.System);

        await FluentActions.Awaiting(() => client.ReadJsonAsync("api/v1/pods", null, CancellationToken.None)).Should().ThrowAsync<HttpRequestException>();

        _proxy.Asked.Should().Equal("GET /k8s/clusters/c-1/api/v1/pods HTTP/1.1");
    }

    [Theory]
    [InlineData("https://10.96.0.1:443", true)]
    [InlineData("https://10.112.0.1:443", false)]
    [InlineData("https://[fd00::1]:443", true)]
    [InlineData("https://broker.example:443", false)]
    public void Networks_in_NO_PROXY_are_reached_without(string address, bool isDirect)
    {
        var proxy = ProxyChoice.Environmental(new WebProxy("http://proxy:3128"), "localhost, 10.96.0.0/12,fd00::/8,nonsense/99");

        proxy.IsBypassed(new(address)).Should().Be(isDirect);
        (proxy.GetProxy(new(address)) is null).Should().Be(isDirect);
    }

    [Theory]
    [InlineData("proxy:3128")]
    [InlineData("ftp://proxy")]
    public void What_is_no_proxy_is_refused_by_name(string setting) =>
        FluentActions.Invoking(() => ProxyChoice.Of(setting, "agent.broker_proxy")).Should().Throw<ConfigurationException>()
            .WithMessage("agent.broker_proxy must be the URL of a proxy, such as http://proxy:3128*");

    [Fact]
    public void Credentials_in_the_URL_are_shown_to_the_proxy()
    {
        var proxy = (WebProxy)ProxyChoice.Of("http://me:p%40ss@proxy:3128", "agent.broker_proxy")!;

        proxy.Address.Should().Be(new Uri("http://proxy:3128"));
        proxy.Credentials!.GetCredential(proxy.Address!, "Basic").Should().Match<NetworkCredential>(c => c.UserName == "me" && c.Password == "p@ss");
    }

    public void Dispose()
    {
        _proxy.Dispose();
        File.Delete(_kubeconfig);
    }

    private void WriteKubeconfig(string server, string more) => File.WriteAllText(
        _kubeconfig, DemoKubeconfig.Text(server, "x").Replace($"server: \"{server}\"", $"server: \"{server}\"{more}", StringComparison.Ordinal));

    /// <summary>Notes what it is asked for, and refuses.</summary>
    private sealed class RefusingProxy : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public RefusingProxy()
        {
            _listener.Start();
            _ = AcceptAsync();
        }

        public ConcurrentQueue<string> Asked { get; } = [];

        public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public void Dispose() => _listener.Dispose();

        private async Task AcceptAsync()
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }

        private async Task ServeAsync(TcpClient client)
        {
            using (client)
            {
                var head = new byte[8192];
                var length = await client.GetStream().ReadAsync(head);
                Asked.Enqueue(Encoding.ASCII.GetString(head, 0, length).Split("\r\n")[0]);
                await client.GetStream().WriteAsync("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
    }
}
