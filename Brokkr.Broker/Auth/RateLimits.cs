using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Brokkr.Broker.Rest;
using Microsoft.AspNetCore.RateLimiting;

namespace Brokkr.Broker.Auth;

/// <summary>
/// One token bucket per key, and one per address for what comes without a valid key. Who holds a key is never slowed down by others behind
/// the same address.
/// </summary>
internal static class RateLimits
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static void Configure(RateLimiterOptions limiter, LimitOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            ManagementPort.Is(context) ? RateLimitPartition.GetNoLimiter("")
            : context.User.PakId() is { } pak ? Bucket($"pak {pak}", options.PakRequestsPerSecond, options.PakBurst)
            : Bucket($"address {Network(context.Connection.RemoteIpAddress)}", options.AddressRequestsPerSecond, options.AddressBurst));
        limiter.OnRejected = (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var said) && said > Second ? said : Second;
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return new(ErrorFace.WriteAsync(rejected.HttpContext, Errors.RateLimited(wait)));
        };
    }

    private static RateLimitPartition<string> Bucket(string key, int perSecond, int burst) =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new()
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = Second,
            QueueLimit = 0,
        });

    /// <summary>Whoever has one IPv6 address has the 2^64 around it.</summary>
    public static string Network(IPAddress? address) => address switch
    {
        { IsIPv4MappedToIPv6: true } => $"{address.MapToIPv4()}",
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes()[..8]),
        _ => $"{address}",
    };
}
