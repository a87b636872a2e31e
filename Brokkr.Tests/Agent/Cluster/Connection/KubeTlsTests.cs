using System.Security.Cryptography.X509Certificates;
using Brokkr.Agent.Cluster.Connection;
using Brokkr.Agent.Diagnostics;
using Brokkr.Tests.Broker.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

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
                server: {_server.Urls.First()}
                {clusterSettings}
            users:
            - name: it
              user:
                {user}

            """);
        using var client = new KubeClient(new() { Kubeconfig = _kubeconfig }, TimeProvider.System);
        return await new KubeReads(client).ReadAsync("version", null, CancellationToken.None);
    }

    private static string Base64(string file) => Convert.ToBase64String(File.ReadAllBytes(file));
}
