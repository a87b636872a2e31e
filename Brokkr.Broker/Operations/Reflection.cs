using System.Reflection;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.AspNetCore.Server;
using Grpc.Health.V1;
using Grpc.Reflection;

namespace Brokkr.Broker.Operations;

/// <summary>What reflection tells: the services that are mapped, and the details of errors, which no method names as its answer.</summary>
internal static class Reflection
{
    public static ReflectionServiceImpl Of(EndpointDataSource endpoints) => new(
        endpoints.Endpoints.Select(e => e.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName).OfType<string>().Distinct(),
        SymbolRegistry.FromFiles([.. Contracts(), HealthReflection.Descriptor, ErrorDetailsReflection.Descriptor]));

    private static IEnumerable<FileDescriptor> Contracts() => typeof(Wire.Agent).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(Wire.Agent).Namespace && t.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(t => (FileDescriptor)t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!);
}
