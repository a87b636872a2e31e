using Microsoft.Extensions.Time.Testing;

namespace Brokkr.Tests.Agent;

/// <summary>A wall clock that somebody sets while time goes on.</summary>
internal sealed class SettableClock(FakeTimeProvider time) : TimeProvider
{
    public TimeSpan Set { get; set; }

    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Set;

    public override long GetTimestamp() => time.GetTimestamp();
}
