using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Brokkr.Agent.Tls;
using k8s;
using k8s.Authentication;

namespace Brokkr.Agent.Cluster.Connection;

/// <summary>
/// The way to the API server: address, TLS and credentials. Built on the library's configuration and credentials but not on its client,
/// whose thousands of generated calls and types would be most of the agent's memory, and whose check of certificates does not look at the
/// server's name.
/// </summary>
internal sealed class KubeConnection : IDisposable
{
    /// <summary>After so much silence a connection is asked whether it lives.</summary>
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly string? _serverName;
    private readonly ServiceClientCredentials? _credentials;

    /// <exception cref="UriFormatException">The server is not a URL.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate or key cannot be read.</exception>
    public KubeConnection(KubernetesClientConfiguration configuration, IWebProxy? proxy)
    {
        // What is relative to a path without a slash at its end would take the place of its last segment.
        _server = new(configuration.Host.TrimEnd('/') + "/");
        _serverName = string.IsNullOrEmpty(configuration.TlsServerName) ? null : configuration.TlsServerName;
        _credentials = Kubernetes.CreateCredentials(configuration);
        Namespace = string.IsNullOrEmpty(configuration.Namespace) ? null : configuration.Namespace;
        // Each read has a limit of its own, and a watch has none.
        _http = new(new SocketsHttpHandler
        {
            SslOptions = TlsOf(configuration),
            Proxy = proxy,
            UseProxy = proxy is not null,
            // Watches share few connections, whatever the number of kinds and namespaces.
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = PingAfter,
            KeepAlivePingTimeout = PingTimeout,
            ConnectTimeout = ConnectTimeout,
            ConnectCallback = WatchedSocket.ConnectAsync,
        })
        { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>The namespace that the credentials are of; null where they name none.</summary>
    public string? Namespace { get; }

    /// <summary>Sends a request whose URL is relative to the server. Only the head of the answer is awaited.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        request.RequestUri = new(_server, request.RequestUri!);
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        // It is this header from which the handler takes the name that the certificate must bear.
        request.Headers.Host = _serverName;
        if (_credentials is not null)
            await _credentials.ProcessHttpRequestAsync(request, ct);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    public void Dispose() => _http.Dispose();

    [SuppressMessage("Security", "CA5359", Justification = "The kubeconfig says insecure-skip-tls-verify.")]
    private static SslClientAuthenticationOptions TlsOf(KubernetesClientConfiguration configuration)
    {
        var tls = new SslClientAuthenticationOptions();
        if (configuration.SkipTlsVerify)
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        else if (configuration.SslCaCerts is { Count: > 0 } cas)
            tls.RemoteCertificateValidationCallback = CaTrust.In(cas);
        if (ClientCertificateOf(configuration) is { } certificate)
            tls.ClientCertificates = [certificate];
        return tls;
    }

    private static X509Certificate2? ClientCertificateOf(KubernetesClientConfiguration configuration)
    {
        var certificate = Pem(configuration.ClientCertificateData, configuration.ClientCertificateFilePath);
        var key = Pem(configuration.ClientCertificateKeyData, configuration.ClientKeyFilePath);
        return certificate is null || key is null ? null : X509Certificate2.CreateFromPem(certificate, key);
    }

    private static string? Pem(string? base64, string? path) =>
        !string.IsNullOrEmpty(base64) ? Encoding.ASCII.GetString(Convert.FromBase64String(base64))
        : !string.IsNullOrEmpty(path) ? File.ReadAllText(path)
        : null;
}
