using System.ComponentModel.DataAnnotations;
using Brokkr.Contracts.Configuration;

namespace Brokkr.Broker.Rest;

/// <summary>Settings of what callers may use, from the section <c>[broker.limits]</c>.</summary>
internal sealed class LimitOptions : OptionsSection
{
    /// <summary>Requests per second that one PAK may make for long.</summary>
    [Range(1, 1_000_000)]
    public int PakRequestsPerSecond { get; set; } = 200;

    /// <summary>Requests that one PAK may make at once.</summary>
    [Range(1, 1_000_000)]
    public int PakBurst { get; set; } = 1000;

    /// <summary>
    /// Requests without a valid PAK per second that one address may make for long. Those with one do not count, however many share the
    /// address.
    /// </summary>
    [Range(1, 1_000_000)]
    public int AddressRequestsPerSecond { get; set; } = 50;

    /// <summary>Requests without a valid PAK that one address may make at once.</summary>
    [Range(1, 1_000_000)]
    public int AddressBurst { get; set; } = 500;

    /// <summary>Connections that each port holds at a time.</summary>
    [Range(1, 1_000_000)]
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>Streams over gRPC, such as those of health checks, that one PAK, or one address without one, may hold at a time.</summary>
    [Range(1, 10_000)]
    public int StreamsAtOnce { get; set; } = 20;

    /// <summary>
    /// How long a request may take, in seconds, the arrival of its body included, and a stream. Polls are held for up to 50 seconds.
    /// </summary>
    [Range(55, 3600)]
    public int RequestTimeoutSeconds { get; set; } = 60;
}
