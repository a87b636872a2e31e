namespace Brokkr.DemoCluster.Demo;

/// <summary>What an operator can try next, as lines that work as printed. Pure.</summary>
internal static class Hints
{
    public static string Of(DemoSettings settings, string command, IReadOnlyList<HealthRow> rows, SortedDictionary<string, string> stacks)
    {
        var example = rows.FirstOrDefault(r => r.Status != "healthy") ?? rows[0];
        var (rest, grpc) = ($"http://127.0.0.1:{settings.HttpPort}/api/v1", $"127.0.0.1:{settings.GrpcPort}");
        var header = $"-H \"Authorization: Bearer $(cat {settings.AdminPakFile})\"";
        var ports = $"REST  http://127.0.0.1:{settings.HttpPort}    gRPC  {grpc}";
        return $$"""
            {{ports}}    API  http://127.0.0.1:{{settings.HttpPort}}/docs    logs  {{settings.Directory}}/logs

            Try:
              export BROKKR_URL=http://127.0.0.1:{{settings.HttpPort}} BROKKR_PAK_FILE={{settings.AdminPakFile}}
              {{command}} get objects
              {{command}} describe {{example.Stack}}/{{example.Name}}
              {{command}} diagnose {{example.Stack}}/{{example.Name}} --wait

            The same without the command; REQUEST_ID is in the answer of the second line:
              curl -s {{header}} {{rest}}/stacks/{{stacks[example.Stack]}}/health
              curl -s -X POST {{header}} {{rest}}/deployment-objects/{{example.ObjectId}}/diagnostics
              curl -s {{header}} {{rest}}/diagnostics/REQUEST_ID
              grpcurl -plaintext {{header}} {{grpc}} list
              grpcurl -plaintext {{header}} -d '{"id":"{{stacks[example.Stack]}}"}' {{grpc}} brokkr.v1.HealthService/GetStackHealth

            Ctrl-C ends everything; the next ./demo goes on with this data, ./demo --reset begins anew.
            """;
    }
}
