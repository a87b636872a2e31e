using System.ComponentModel.DataAnnotations;
using System.Net;
using Brokkr.Broker.Alerts.Settings;
using Brokkr.Broker.Auth;
using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Fleet;
using Brokkr.Broker.Health;
using Brokkr.Broker.Operations;
using Brokkr.Broker.Rest;
using Brokkr.Broker.Storage;
using Brokkr.Broker.Telemetry;
using Brokkr.Broker.Ui.Shell;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker;

/// <summary>Settings of the broker, from the section <c>[broker]</c>.</summary>
internal sealed class BrokerOptions : OptionsSection
{
    /// <summary>REST, HTTP/1.1. 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>gRPC, HTTP/2. 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int GrpcPort { get; set; } = 8081;

    /// <summary>REST and gRPC over TLS, where <c>[broker.tls]</c> names a certificate. 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int TlsPort { get; set; } = 8443;

    /// <summary>Probes and metrics, without a key: /healthz, /readyz, /metrics and nothing else. 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int ManagementPort { get; set; } = 9090;

    /// <summary>The IP address on which REST and gRPC listen; empty: every one with TLS or allow_cleartext, loopback without.</summary>
    public string ListenAddress { get; set; } = "";

    /// <summary>The IP address on which the management port listens; empty: every one.</summary>
    public string ManagementAddress { get; set; } = "";

    /// <summary>
    /// Where agents reach the broker, as in <c>https://broker.example.com:8443</c>: the console says it to whoever adds a cluster.
    /// </summary>
    [RegularExpression("(https?://[A-Za-z0-9.:\\[\\]-]+(:[0-9]+)?/?)?", ErrorMessage = "must be like https://broker.example.com:8443.")]
    public string AgentUrl { get; set; } = "";

    /// <summary>Where the embedded PostgreSQL keeps its data.</summary>
    [Required]
    public string DataDir { get; set; } = ".brokkr";

    /// <summary>
    /// Where the first start writes the admin key, readable by its owner only; empty: <c>admin.pak</c> in the data directory.
    /// </summary>
    public string AdminPakFile { get; set; } = "";

    /// <summary>
    /// A file with an admin key that was made beforehand; empty lets the first start make one. Holds a secret: never logged.
    /// </summary>
    public string BootstrapPakFile { get; set; } = "";

    /// <summary>
    /// A file with the keys, in Base64, that encrypt the secrets of alert receivers; empty: made beside the embedded PostgreSQL's data,
    /// none with a connection string. Its content is secret.
    /// </summary>
    public string SecretsKeyFile { get; set; } = "";

    /// <summary>Where people reach the console, as in https://brokkr.example.com, for links in messages; empty for no links.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>How long the audit trail is kept, in days.</summary>
    [Range(1, 3650)]
    public int AuditDays { get; set; } = 90;

    /// <summary>How long a broker that is told to stop still takes calls, so that those who send them notice first, in seconds.</summary>
    [Range(0, 300)]
    public int ShutdownGraceSeconds { get; set; } = 5;

    /// <summary>Listens without TLS on more than loopback: for use behind a proxy that ends TLS.</summary>
    public bool AllowCleartext { get; set; }

    /// <summary>Addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.</summary>
    public List<string> TrustedProxies { get; set; } = [];

    /// <summary>Origins whose pages may call the REST API, as in <c>https://console.example.com</c>.</summary>
    public List<string> CorsOrigins { get; set; } = [];

    public TlsOptions Tls { get; set; } = new();

    public LimitOptions Limits { get; set; } = new();

    public DatabaseOptions Database { get; set; } = new();

    public FleetOptions Fleet { get; set; } = new();

    public HealthOptions Health { get; set; } = new();

    public DiagnosticOptions Diagnostics { get; set; } = new();

    public AlertOptions Alerts { get; set; } = new();

    public TelemetryOptions Telemetry { get; set; } = new();

    public ConsoleOptions Console { get; set; } = new();

    internal AuthOptions Auth => new(
        AdminPakFile.Length > 0 ? AdminPakFile : Path.Combine(DataDir, "admin.pak"), BootstrapPakFile, AuditDays);

    /// <summary>Where REST and gRPC listen without TLS; null for every address.</summary>
    internal IPAddress? CleartextAddress => Parsed(ListenAddress) switch
    {
        { } address when AllowCleartext || IPAddress.IsLoopback(address) => address,
        _ => AllowCleartext ? null : IPAddress.Loopback,
    };

    /// <summary>Where REST and gRPC listen with TLS; null for every address.</summary>
    internal IPAddress? SecureAddress => Parsed(ListenAddress);

    internal IPAddress? ParsedManagementAddress => Parsed(ManagementAddress);

    /// <summary>The checks that no single setting shows.</summary>
    /// <exception cref="ConfigurationException">Says which setting is wrong and what to do.</exception>
    public void RequireUsable()
    {
        if (Flaws().ToList() is { Count: > 0 } flaws)
            throw new ConfigurationException(string.Join('\n', flaws));
    }

    /// <summary>A sentence for each of them.</summary>
    internal IEnumerable<string> Flaws()
    {
        foreach (var (key, address) in new[] { ("listen_address", ListenAddress), ("management_address", ManagementAddress) })
        {
            if (address.Length > 0 && !IPAddress.TryParse(address, out _))
                yield return $"broker.{key} must be an IP address such as 0.0.0.0 or 10.1.2.3, or empty.";
        }

        if (Tls.Certificate.Length > 0 != Tls.Key.Length > 0)
            yield return "broker.tls.certificate and broker.tls.key belong together: set both, or neither for no TLS.";
        if (Tls is { Enabled: false, ClientCa.Length: > 0 })
            yield return "broker.tls.client_ca needs TLS: set broker.tls.certificate and broker.tls.key too.";
        if (!Tls.Enabled && !AllowCleartext && Parsed(ListenAddress) is { } open && !IPAddress.IsLoopback(open))
        {
            yield return "broker.listen_address is not loopback, and keys would travel in the clear: configure [broker.tls], or set "
                + "broker.allow_cleartext behind a proxy that ends TLS.";
        }

        if (Database is { ReadConnectionString.Length: > 0, ConnectionString.Length: 0 })
        {
            yield return "broker.database.read_connection_string needs broker.database.connection_string: the embedded PostgreSQL has no "
                + "standby.";
        }

        if (Telemetry.OtlpEndpoint.Length > 0
            && !(Uri.TryCreate(Telemetry.OtlpEndpoint, UriKind.Absolute, out var otlp) && otlp.Scheme is "http" or "https"))
            yield return
                "broker.telemetry.otlp_endpoint must be an http or https URL of a collector's gRPC port, such as http://collector:4317.";
        if (PublicUrl.Length > 0 && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var shown) && shown.Scheme is "http" or "https"))
            yield return "broker.public_url must be an http or https URL, such as https://brokkr.example.com.";
        foreach (var problem in Alerts.Problems())
            yield return problem;
        if (TrustedProxies.Find(p => !IPAddress.TryParse(p, out _) && !IPNetwork.TryParse(p, out _)) is not null)
            yield return "broker.trusted_proxies must hold IP addresses and networks, such as 10.0.0.7 and 10.0.0.0/24.";
        if (CorsOrigins.Find(o => !Uri.TryCreate(o, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != o
            || uri.Scheme is not ("http" or "https")) is not null)
            yield return "broker.cors_origins must hold origins, such as https://console.example.com, without a path and without *.";
        foreach (var ((a, port), (b, _)) in Clashing())
            yield return $"broker.{a} and broker.{b} are both {port}: give one of them another port.";
    }

    /// <summary>Ports that are given twice; 0 takes any that is free.</summary>
    private IEnumerable<((string, int), (string, int))> Clashing()
    {
        List<(string Key, int Port)> ports = [("http_port", HttpPort), ("grpc_port", GrpcPort), ("management_port", ManagementPort)];
        if (Tls.Enabled)
            ports.Add(("tls_port", TlsPort));
        return ports.SelectMany((p, i) => ports.Skip(i + 1).Where(o => o.Port == p.Port && o.Port > 0).Select(o => (p, o)));
    }

    private static IPAddress? Parsed(string address) => IPAddress.TryParse(address, out var parsed) ? parsed : null;
}
