namespace Brokkr.DemoCluster.Demo;

/// <summary>What an operator can try next, as lines that work as printed. Pure.</summary>
internal static class Hints
{
    public static string Of(DemoSettings settings, IReadOnlyList<HealthRow> rows, SortedDictionary<string, string> stacks)
    {
        var example = rows.FirstOrDefault(r => r.Status != "healthy") ?? rows[0];
        var (rest, grpc) = ($"http://127.0.0.1:{settings.HttpPort}/api/v1", $"127.0.0.1:{settings.GrpcPort}");
        var header = $"-H \"Authorization: Bearer $(cat {settings.AdminPakFile})\"";
        var ports = $"REST  http://127.0.0.1:{settings.HttpPort}    gRPC  {grpc}";
        return $$"""
            {{ports}}    admin PAK  {{settings.AdminPakFile}}    logs  {{settings.Directory}}/logs

            Try:
              curl -s {{header}} {{rest}}/stacks/{{stacks[example.Stack]}}/health
              curl -s -X POST {{header}} {{rest}}/deployment-objects/{{example.ObjectId}}/diagnostics
              curl -s {{header}} {{rest}}/deployment-objects/{{example.ObjectId}}/diagnostics
              grpcurl -plaintext {{header}} {{grpc}} list
              grpcurl -plaintext {{header}} -d '{"id":"{{stacks[example.Stack]}}"}' {{grpc}} brokkr.v1.HealthService/GetStackHealth

            Ctrl-C ends everything; the next ./demo goes on with this data, ./demo --reset begins anew.
            """;
    }
}
