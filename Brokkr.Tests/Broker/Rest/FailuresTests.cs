using Brokkr.Broker.Rest;
using Brokkr.Tests.Agent;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Brokkr.Tests.Broker.Rest;

/// <summary>What was thrown is the caller's doing, or is told.</summary>
public sealed class FailuresTests
{
    [Theory]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.Core", StatusCode.Cancelled, 0)]
    [InlineData("System.Private.CoreLib", StatusCode.Internal, 1)]
    public void A_caller_that_hangs_up_in_its_body_is_no_failure(string source, StatusCode status, int lines)
    {
        var log = new LogLines();

        var error = Failures.Translate(
            new IOException("The client reset the request stream.") { Source = source }, new DefaultHttpContext(), log, CancellationToken.None);

        (error.StatusCode, log.All.Count).Should().Be((status, lines));
    }
}
