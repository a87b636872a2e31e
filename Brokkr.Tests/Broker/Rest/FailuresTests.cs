using System.IO.Pipelines;
using System.Reflection;
using Brokkr.Broker.Rest;
using Brokkr.Tests.Agent;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Brokkr.Tests.Broker.Rest;

/// <summary>What was thrown is the caller's doing, or is told.</summary>
public sealed class FailuresTests
{
    private readonly IOException _reset = new("The client reset the request stream.");

    private readonly LogLines _log = new();

    [Fact]
    public async Task A_caller_that_hangs_up_in_its_body_is_no_failure()
    {
        (await ThrownByAsync(async () => await BodyOfOneWhoHangsUp().ReadAsync())).Should().Be(StatusCode.Cancelled);

        _log.All.Should().BeEmpty();
    }

    [Fact]
    public async Task What_fails_in_the_broker_itself_is_told()
    {
        (await ThrownByAsync(() => Task.FromException(_reset))).Should().Be(StatusCode.Internal);

        _log.All.Should().ContainSingle();
    }

    private async Task<StatusCode> ThrownByAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (IOException e)
        {
            return Failures.Translate(e, new DefaultHttpContext(), _log, CancellationToken.None).StatusCode;
        }

        return StatusCode.OK;
    }

    /// <summary>The server's own reader of a body, as it stands before the token of the call tells the same.</summary>
    private PipeReader BodyOfOneWhoHangsUp()
    {
        var type = typeof(KestrelServer).Assembly.GetType("Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpRequestPipeReader", throwOnError: true)!;
        var reader = (PipeReader)Activator.CreateInstance(type, nonPublic: true)!;
        type.GetMethod("StartAcceptingReads", BindingFlags.Instance | BindingFlags.Public)!.Invoke(reader, [null]);
        type.GetMethod("Abort", BindingFlags.Instance | BindingFlags.Public)!.Invoke(reader, [_reset]);
        return reader;
    }
}
