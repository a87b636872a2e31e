using System.Buffers;
using System.Buffers.Binary;
using System.Threading.RateLimiting;
using Brokkr.Broker.Rest;
using Brokkr.Contracts;
using Microsoft.AspNetCore.Http.Features;

namespace Brokkr.Broker.Auth;

/// <summary>
/// Bounds what requests hold in memory at once: a message takes up to seventy times its bytes once it is read. Each key has room for one of
/// the largest, all keys together for eight; who finds none waits, until the time of the request is over.
/// </summary>
internal sealed class BodiesInFlight(RequestDelegate next) : IDisposable
{
    private const int Unit = 1024;
    private const int FrameHead = 5;

    /// <summary>Smaller ones are free: polls are held for long, and there are many.</summary>
    private const int Free = 1024;

    private const int Largest = Limits.RequestBytes / Unit;

    private const int KeysAtOnce = 8;

    private readonly PartitionedRateLimiter<HttpContext> _room = CreateRoom();

    public void Dispose() => _room.Dispose();

    public async Task InvokeAsync(HttpContext context)
    {
        var size = await SizeAsync(context);
        if (size <= Free)
        {
            await next(context);
            return;
        }

        using var lease = await _room.AcquireAsync(context, UnitsOf(size), context.RequestAborted);
        if (!lease.IsAcquired)
            throw Errors.RateLimited(TimeSpan.FromSeconds(1));
        await next(context);
    }

    internal static int UnitsOf(long bytes) => (int)Math.Clamp((bytes + Unit - 1) / Unit, 1, Largest);

    internal static PartitionedRateLimiter<HttpContext> CreateRoom() => PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(context => Room(context.User.PakId() ?? "", Largest)),
        PartitionedRateLimiter.Create<HttpContext, string>(_ => Room("", KeysAtOnce * Largest)));

    private static RateLimitPartition<string> Room(string key, int units) => RateLimitPartition.GetConcurrencyLimiter(key, _ => new()
    {
        PermitLimit = units,
        QueueLimit = int.MaxValue / 2,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>How large the body is once it is unpacked; the largest possible where nothing tells.</summary>
    private static async ValueTask<long> SizeAsync(HttpContext context)
    {
        if (ErrorFace.IsGrpc(context))
            return await MessageSizeAsync(context);
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        return context.Request.ContentLength ?? (hasBody ? Limits.RequestBytes : 0);
    }

    /// <summary>Looks at the head of the first message, and leaves it where it is.</summary>
    private static async ValueTask<long> MessageSizeAsync(HttpContext context)
    {
        var body = context.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length < FrameHead && !read.IsCompleted)
            {
                body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }

            var size = SizeOf(read.Buffer);
            body.AdvanceTo(read.Buffer.Start);
            return size;
        }
    }

    private static long SizeOf(ReadOnlySequence<byte> start)
    {
        Span<byte> head = stackalloc byte[FrameHead];
        if (start.Length < FrameHead)
            return 0;
        start.Slice(0, FrameHead).CopyTo(head);
        var isPacked = head[0] != 0;
        return isPacked ? Limits.RequestBytes : BinaryPrimitives.ReadUInt32BigEndian(head[1..]);
    }
}
