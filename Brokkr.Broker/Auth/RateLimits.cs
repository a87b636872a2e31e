using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Brokkr.Broker.Rest;
using Microsoft.AspNetCore.RateLimiting;

namespace Brokkr.Broker.Auth;

/// <summary>
/// One token bucket per key, and one per address for what comes without a valid key. Who holds a key is never slowed down by others behind
/// the same address. Calls that stay open by their nature hold a place besides.
/// </summary>
internal static class RateLimits
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static void Configure(RateLimiterOptions limiter, LimitOptions options)
    {
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context =>
                ManagementPort.Is(context) ? Unlimited
                : context.User.PakId() is { } pak ? Bucket($"pak {pak}", options.PakRequestsPerSecond, options.PakBurst)
                : Bucket(AddressOf(context), options.AddressRequestsPerSecond, options.AddressBurst)),
            PartitionedRateLimiter.Create<HttpContext, string>(context =>
                StreamLimit.IsStream(context) || (context.User.PakId() is null && StreamLimit.IsOpenGrpc(context))
                    ? Places(context.User.PakId() is { } pak ? $"pak {pak}" : AddressOf(context), options.StreamsAtOnce)
                    : Unlimited));
        limiter.OnRejected = (rejected, _) =>
        {
            var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var said) && said > Second ? said : Second;
            rejected.HttpContext.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return new(ErrorFace.WriteAsync(rejected.HttpContext, Errors.RateLimited(wait)));
        };
    }

    private static RateLimitPartition<string> Unlimited => RateLimitPartition.GetNoLimiter("");

    private static string AddressOf(HttpContext context) => $"address {Network(context.Connection.RemoteIpAddress)}";

    private static RateLimitPartition<string> Places(string key, int atOnce) =>
        RateLimitPartition.GetConcurrencyLimiter(key, _ => new() { PermitLimit = atOnce, QueueLimit = 0 });

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
