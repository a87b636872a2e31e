using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Operations;

/// <summary>Settings of TLS, from the section <c>[broker.tls]</c>.</summary>
internal sealed class TlsOptions : OptionsSection
{
    /// <summary>A PEM file with the certificate and, behind it, those between it and its root; empty for no TLS.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>A PEM file with the key of the certificate, not encrypted.</summary>
    public string Key { get; set; } = "";

    /// <summary>A PEM file with CA certificates: where it is set, callers need a certificate of one of these besides their PAK.</summary>
    public string ClientCa { get; set; } = "";

    public bool Enabled => Certificate.Length > 0;
}
