using Grpc.Reflection.V1Alpha;

namespace Brokkr.Tests.Broker.Operations;

/// <summary>What tools such as grpcurl are told of the contracts.</summary>
public sealed class ReflectionTests(BrokerFixture broker) : IClassFixture<BrokerFixture>
{
    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        using var call = new ServerReflection.ServerReflectionClient(broker.Grpc).ServerReflectionInfo(BrokerFixture.As(broker.AdminPak));
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        (await call.ResponseStream.MoveNext(CancellationToken.None)).Should().BeTrue();
        return call.ResponseStream.Current;
    }

    [Fact]
    public async Task Services_are_listed() => (await AskAsync(new() { ListServices = "" })).ListServicesResponse.Service.Select(s => s.Name).Should()
        .Contain(["brokkr.v1.HealthService", "brokkr.v1.StackService", "grpc.health.v1.Health"]);

    [Theory]
    [InlineData("brokkr.v1.PlacedHealth")]
    [InlineData("brokkr.v1.DiagnosticsService")]
    [InlineData("google.rpc.ErrorInfo")]
    [InlineData("google.rpc.RetryInfo")]
    public async Task What_answers_and_errors_are_made_of_is_described(string symbol) =>
        (await AskAsync(new() { FileContainingSymbol = symbol })).FileDescriptorResponse.FileDescriptorProto.Should().NotBeEmpty();
}
