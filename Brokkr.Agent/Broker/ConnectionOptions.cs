using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Agent.Broker;

/// <summary>Settings of the connection to the broker, from the section <c>[agent]</c>.</summary>
internal sealed class ConnectionOptions : OptionsSection
{
    /// <summary>Where the broker's gRPC is, as in <c>https://broker:8443</c> or, without TLS, <c>http://broker:8081</c>.</summary>
    [Required]
    public string BrokerUrl { get; set; } = "";

    /// <summary>Which agent this is, a UUID.</summary>
    [Required]
    public string AgentId { get; set; } = "";

    /// <summary>The agent's key; or see <see cref="PakFile"/>. A secret: never logged.</summary>
    public string Pak { get; set; } = "";

    /// <summary>A file that holds the agent's key.</summary>
    public string PakFile { get; set; } = "";

    /// <summary>The proxy to the broker, as in <c>http://proxy:3128</c>, or <c>direct</c>; empty takes the environment's.</summary>
    public string BrokerProxy { get; set; } = "";

    /// <summary>A PEM file with the CA certificates that the broker's must be of; empty trusts those that the machine trusts.</summary>
    public string BrokerCa { get; set; } = "";

    /// <summary>A PEM file with the certificate that the agent shows to a broker that asks for one.</summary>
    public string BrokerClientCertificate { get; set; } = "";

    /// <summary>A PEM file with the key of that certificate.</summary>
    public string BrokerClientKey { get; set; } = "";

    /// <summary>
    /// How often the broker is asked for targets, and for diagnostic requests where it does not hold the call until there is one, in
    /// seconds.
    /// </summary>
    [Range(1, 3600)]
    public int PollInterval { get; set; } = 10;

    /// <summary>The key, from the setting or the file.</summary>
    public string ReadPak() => PakFile.Length > 0 ? File.ReadAllText(PakFile).Trim() : Pak;

    /// <summary>What no single setting shows, a sentence for each flaw.</summary>
    public IEnumerable<string> Flaws()
    {
        var isUrl = Uri.TryCreate(BrokerUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https";
        if (!isUrl)
        {
            yield return "agent.broker_url must be an http or https URL of the broker's gRPC port, such as https://broker:8443 or "
                + "http://broker:8081.";
        }

        foreach (var flaw in TlsFlaws(isUrl && url!.Scheme == "http"))
            yield return flaw;
        if (!Guid.TryParseExact(AgentId, "D", out _))
            yield return "agent.agent_id must be the UUID that the broker gave the agent when it was created.";
        if (PakFile.Length > 0 && !File.Exists(PakFile))
            yield return $"agent.pak_file names {PakFile}, which does not exist.";
        else if (!Contracts.Pak.TryParse(ReadPak(), out var pak) || pak.Role != PakRole.Agent)
            yield return "agent.pak (or the content of agent.pak_file) must be the agent's PAK, which begins with brokkr_agt_.";
    }

    private IEnumerable<string> TlsFlaws(bool isCleartext)
    {
        var files = new[]
        {
            ("broker_ca", BrokerCa), ("broker_client_certificate", BrokerClientCertificate), ("broker_client_key", BrokerClientKey),
        };
        foreach (var (key, path) in files.Where(f => f.Item2.Length > 0))
        {
            if (isCleartext)
                yield return $"agent.{key} needs a broker_url that begins with https://.";
            if (!File.Exists(path))
                yield return $"agent.{key} names {path}, which does not exist.";
        }

        if (BrokerClientCertificate.Length > 0 != BrokerClientKey.Length > 0)
            yield return "agent.broker_client_certificate and agent.broker_client_key belong together: set both, or neither.";
    }
}
