using System.Security.Cryptography.X509Certificates;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Diagnostics;
using Brokkr.Tests.Broker.Operations;
using Brokkr.Tests.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent.Cluster.Connection;

/// <summary>Whom the agent takes for its API server, and what it shows it.</summary>
public sealed class KubeTlsTests : IAsyncLifetime, IDisposable
{
    private readonly TestCertificates _root = new();
    private readonly TestCertificates _intermediate;
    private readonly TestCertificates _other = new();
    private readonly string _kubeconfig = Path.GetTempFileName();
    private WebApplication _server = null!;

    public KubeTlsTests() => _intermediate = new(_root);

    public async Task InitializeAsync()
    {
        _intermediate.Issue();
        _other.Issue();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = X509Certificate2.CreateFromPemFile(_intermediate.Certificate, _intermediate.Key);
            https.ServerCertificateChain = [X509CertificateLoader.LoadCertificateFromFile(_intermediate.Ca)];
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        })));
        _server = builder.Build();
        _server.MapGet("/protocol", (HttpContext http) => http.Request.Protocol);
        _server.MapGet("/endless", async (HttpContext http) =>
        {
            await http.Response.WriteAsync("x");
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        _server.MapGet("/version", (HttpContext http) => http.Connection.ClientCertificate?.Thumbprint ?? "nobody");
        await _server.StartAsync();
    }

    [Fact]
    public async Task The_CA_of_the_kubeconfig_is_trusted() => (await AskedAsync($"certificate-authority: {_root.Ca}")).Outcome.Should().Be("ok");

    [Fact]
    public async Task So_is_an_intermediate_CA_without_its_root() => (await AskedAsync($"certificate-authority: {_intermediate.Ca}")).Outcome.Should().Be("ok");

    [Fact]
    public async Task A_server_of_another_CA_is_refused() => (await AskedAsync($"certificate-authority: {_other.Ca}")).Outcome.Should().Be("failed");

    [Fact]
    public async Task Without_a_CA_those_of_the_machine_count() => (await AskedAsync("namespace-of-nothing: true")).Outcome.Should().Be("failed");

    [Fact]
    public async Task HTTP_2_is_spoken_where_the_server_does()
    {
        using var client = await ClientAsync(_server.Urls.First(), $"certificate-authority: {_root.Ca}");

        System.Text.Encoding.UTF8.GetString((await new KubeReads(client).ReadAsync("protocol", null, CancellationToken.None)).Bytes).Should().Be("HTTP/2");
    }

    [Fact]
    public async Task A_connection_that_died_without_a_word_is_found_by_pings()
    {
        await using var proxy = new FaultProxy(new Uri(_server.Urls.First()).Port);
        using var client = await ClientAsync($"https://127.0.0.1:{proxy.Port}", $"certificate-authority: {_root.Ca}");
        using var answer = await client.OpenAsync("endless", null, CancellationToken.None);
        await using var stream = await answer.Content.ReadAsStreamAsync();
        (await stream.ReadAsync(new byte[1])).Should().Be(1);

        proxy.Stall();
        var reading = async () => await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromMinutes(2));

        await reading.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task A_CA_that_was_replaced_is_read_again()
    {
        var clock = new FakeTimeProvider();
        var file = Path.GetTempFileName();
        File.Copy(_other.Ca, file, overwrite: true);
        using var client = await ClientAsync(_server.Urls.First(), $"certificate-authority: {file}", clock: clock);
        var reads = new KubeReads(client);
        (await reads.ReadAsync("version", null, CancellationToken.None)).Outcome.Should().Be("failed");

        File.Copy(_root.Ca, file, overwrite: true);
        clock.Advance(TimeSpan.FromSeconds(6));

        (await reads.ReadAsync("version", null, CancellationToken.None)).Outcome.Should().Be("ok");
        File.Delete(file);
    }

    [Theory]
    [InlineData("localhost", "ok")]
    [InlineData("kubernetes.default.svc", "failed")]
    public async Task The_name_that_is_asked_for_must_be_in_the_certificate(string name, string outcome) =>
        (await AskedAsync($"certificate-authority: {_root.Ca}\n    tls-server-name: {name}")).Outcome.Should().Be(outcome);

    [Fact]
    public async Task A_kubeconfig_may_say_to_verify_nothing() => (await AskedAsync("insecure-skip-tls-verify: true")).Outcome.Should().Be("ok");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_client_certificate_of_the_kubeconfig_is_shown(bool asFiles)
    {
        var user = asFiles
            ? $"client-certificate: {_other.Certificate}\n    client-key: {_other.Key}"
            : $"client-certificate-data: {Base64(_other.Certificate)}\n    client-key-data: {Base64(_other.Key)}";

        var answer = await AskedAsync($"certificate-authority: {_root.Ca}", user);

        using var shown = X509CertificateLoader.LoadCertificateFromFile(_other.Certificate);
        System.Text.Encoding.UTF8.GetString(answer.Bytes).Should().Be(shown.Thumbprint);
    }

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    public void Dispose()
    {
        _intermediate.Dispose();
        _root.Dispose();
        _other.Dispose();
        File.Delete(_kubeconfig);
    }

    private async Task<ReadAnswer> AskedAsync(string clusterSettings, string user = "token: any")
    {
        using var client = await ClientAsync(_server.Urls.First(), clusterSettings, user);
        return await new KubeReads(client).ReadAsync("version", null, CancellationToken.None);
    }

    private async Task<KubeClient> ClientAsync(string url, string clusterSettings, string user = "token: any", TimeProvider? clock = null)
    {
        await File.WriteAllTextAsync(_kubeconfig, $"""
            apiVersion: v1
            kind: Config
            current-context: it
            contexts:
            - name: it
              context: {"{"}cluster: it, user: it{"}"}
            clusters:
            - name: it
              cluster:
                server: {url}
                {clusterSettings}
            users:
            - name: it
              user:
                {user}

            """);
        return new(new() { Kubeconfig = _kubeconfig }, clock ?? TimeProvider.System);
    }

    private static string Base64(string file) => Convert.ToBase64String(File.ReadAllBytes(file));
}
