using System.Reflection;
using Brokkr.Broker.Storage;

namespace Brokkr.Tests.Architecture;

/// <summary>The layout as rules: by the fields and the signatures of types, not by their bodies.</summary>
public sealed class ArchitectureTests
{
    private const BindingFlags Everything =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly string[] BannedEndings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Base", "Impl", "Info"];

    private static readonly Assembly[] Ours = [typeof(Brokkr.Broker.BrokerOptions).Assembly, typeof(Brokkr.Agent.AgentOptions).Assembly,
        typeof(Brokkr.Contracts.Pak).Assembly, typeof(Brokkr.DemoCluster.Api.Control.DemoClusterOptions).Assembly, typeof(Brokkr.Cli.BrokkrCommand).Assembly];

    private static readonly Type[] Types = [.. Ours.SelectMany(a => a.GetTypes())
        .Where(t => t.Namespace?.StartsWith("Brokkr.", StringComparison.Ordinal) == true && t.Namespace != "Brokkr.V1"
        && !t.Name.Contains('<', StringComparison.Ordinal) && t.DeclaringType is null)];

    [Fact]
    public void Only_stores_and_storage_touch_the_database() =>
        Types.Where(t => !IsStore(t) && t.Namespace != "Brokkr.Broker.Storage" && Signature(t).Any(s => s == typeof(BrokerDb) || s == typeof(Func<BrokerDb>)))
            .Should().BeEmpty();

    [Fact]
    public void Stores_do_not_know_grpc_nor_the_wire() =>
        Types.Where(t => IsStore(t) && Signature(t).Any(s => s.Namespace is "Grpc.Core" or "Brokkr.V1")).Should().BeEmpty();

    [Fact]
    public void Rules_of_the_agent_know_no_clock_no_network_and_no_log() =>
        Types.Where(t => t.Name.EndsWith("Rule", StringComparison.Ordinal)
            && Signature(t).Any(s => s == typeof(TimeProvider) || s == typeof(HttpClient) || s.Namespace is "Microsoft.Extensions.Logging" or "Grpc.Core"))
            .Should().BeEmpty();

    [Fact]
    public void No_type_has_a_name_that_says_nothing() =>
        Types.Where(t => BannedEndings.Any(ending => t.Name.EndsWith(ending, StringComparison.Ordinal))).Should().BeEmpty();

    [Fact]
    public void The_contracts_do_not_pull_in_asp_net() =>
        typeof(Brokkr.Contracts.Pak).Assembly.GetReferencedAssemblies().Where(a => a.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal))
            .Should().BeEmpty();

    private static bool IsStore(Type type) =>
        type.Namespace?.StartsWith("Brokkr.Broker.", StringComparison.Ordinal) == true && type.Name.EndsWith("Store", StringComparison.Ordinal);

    private static IEnumerable<Type> Signature(Type type) => type.GetFields(Everything).Select(f => f.FieldType)
        .Concat(type.GetConstructors(Everything).SelectMany(c => c.GetParameters()).Select(p => p.ParameterType))
        .Concat(type.GetMethods(Everything).SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType)))
        .SelectMany(Opened);

    /// <summary>A type and what it is made of: <c>Task&lt;List&lt;T&gt;&gt;</c> counts as <c>T</c> too.</summary>
    private static IEnumerable<Type> Opened(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Opened).Append(type) : [type];
}
