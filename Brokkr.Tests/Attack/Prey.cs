namespace Brokkr.Tests.Attack;

/// <summary>What an attacker holds and knows: keys of every role, and identifiers of what is there.</summary>
internal sealed record Prey(
    string AdminPak, string ReaderPak, string AgentId, string AgentPak, string OtherPak, string[] Objects, string[] Ids)
{
    private static readonly string[] OfAgents =
        ["PollDiagnostics", "ClaimDiagnostic", "SubmitResult", "StartSession", "GetTargetState", "ReportHealth", "ReportAgentFacts"];

    /// <summary>A key that may call a method, most of the time.</summary>
    public string PakFor(string method, Random random) => random.Next(10) == 0 ? Pak(random)
        : OfAgents.Contains(method) ? AgentPak
        : random.Next(6) == 0 ? ReaderPak : AdminPak;

    /// <summary>Whether a method ends something, and with it the attack: such ones are asked about what is not there.</summary>
    public static bool IsEnd(string method) =>
        Array.Exists(["Delete", "Remove", "Revoke", "Rotate", "RollBack"], w => method.StartsWith(w, StringComparison.Ordinal));

    /// <summary>An identifier of something that is there, most of the time.</summary>
    public string Id(Random random) => random.Next(5) switch
    {
        0 => new Guid([.. Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256))]).ToString(),
        1 => AgentId,
        _ => Ids[random.Next(Ids.Length)],
    };

    /// <summary>A key, or what is none.</summary>
    public string Pak(Random random) => random.Next(12) switch
    {
        0 => "nonsense",
        1 => OtherPak,
        2 => $"{AdminPak[..^1]}{(AdminPak[^1] == 'x' ? 'y' : 'x')}",
        3 or 4 => AdminPak,
        5 => ReaderPak,
        _ => AgentPak,
    };
}
