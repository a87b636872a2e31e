using System.ComponentModel.DataAnnotations;
using Brokkr.Broker.Diagnostics;
using Brokkr.Broker.Health;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker;

/// <summary>Settings of the broker, from the section <c>[broker]</c>.</summary>
internal sealed class BrokerOptions
{
    /// <summary>REST, HTTP/1.1. 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int HttpPort { get; set; } = 8080;

    /// <summary>gRPC, HTTP/2. 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int GrpcPort { get; set; } = 8081;

    /// <summary>Probes: /healthz and /readyz. 0 takes any free port.</summary>
    [Range(0, 65535)]
    public int ManagementPort { get; set; } = 9090;

    /// <summary>Where the embedded PostgreSQL keeps its data.</summary>
    [Required]
    public string DataDir { get; set; } = ".brokkr";

    /// <summary>Where the first start writes the admin key, readable by its owner only.</summary>
    [Required]
    public string AdminPakFile { get; set; } = ".brokkr/admin.pak";

    /// <summary>How long the audit trail is kept, in days.</summary>
    [Range(1, 3650)]
    public int AuditDays { get; set; } = 90;

    /// <summary>Listens on every address without TLS, not on loopback alone: for use behind a proxy that ends TLS.</summary>
    public bool AllowCleartext { get; set; }

    public DatabaseOptions Database { get; set; } = new();

    public HealthOptions Health { get; set; } = new();

    public DiagnosticOptions Diagnostics { get; set; } = new();
}
