using Google.Protobuf.Reflection;

namespace Brokkr.Tests.Broker;

/// <summary>Every method of the contracts, found in the assembly, so that a new one is not forgotten.</summary>
internal static class ContractMethods
{
    public static IReadOnlyList<MethodDescriptor> All { get; } =
    [
        .. typeof(Wire.HealthService).Assembly.GetTypes()
            .Select(t => t.GetProperty("Descriptor", typeof(ServiceDescriptor))?.GetValue(null) as ServiceDescriptor)
            .Where(s => s?.File.Package == "brokkr.v1").SelectMany(s => s!.Methods).OrderBy(m => m.FullName, StringComparer.Ordinal),
    ];
}
