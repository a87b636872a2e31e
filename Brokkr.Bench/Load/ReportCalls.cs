using Google.Protobuf;
using Grpc.Core;

namespace Brokkr.Bench.Load;

/// <summary>
/// Sends reports whose bytes were made before, so that the load costs the machine little besides what it is to measure: only the numbers
/// are put behind them, which protobuf allows in any order.
/// </summary>
internal sealed class ReportCalls(CallInvoker broker)
{
    private static readonly Method<byte[], Wire.ReportHealthResponse> Report = new(
        MethodType.Unary, "brokkr.v1.HealthService", "ReportHealth", Marshallers.Create(bytes => bytes, bytes => bytes),
        Marshallers.Create(m => m.ToByteArray(), Wire.ReportHealthResponse.Parser.ParseFrom));

    public static byte[] Prepare(Guid agentId, IEnumerable<Wire.DeploymentObjectReport> items) =>
        new Wire.ReportHealthRequest { AgentId = agentId.ToString(), DeploymentObjects = { items } }.ToByteArray();

    /// <param name="prepared">The agent and what it reports.</param>
    /// <param name="numbers">Epoch, sequence and what is confirmed.</param>
    /// <param name="options">Key and deadline.</param>
    public async Task<Wire.ReportHealthResponse> SendAsync(byte[] prepared, Wire.ReportHealthRequest numbers, CallOptions options)
    {
        using var call = broker.AsyncUnaryCall(Report, null, options, [.. prepared, .. numbers.ToByteArray()]);
        return await call.ResponseAsync;
    }
}
