namespace Brokkr.Tests.Attack;

/// <summary>Manifests that nobody writes by accident.</summary>
internal static class HostileYaml
{
    private const string Map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

    /// <summary>What costs a parser something each time, of four megabytes at most.</summary>
    private static readonly string[] Tokens =
    [
        "- ", "? ", "&a ", "*a\n", "!x ", "|\n", "'", "\"\\", "#\n", "%TAG ! x\n", "---\n", "...\n", ": ", "{}\n", ",", "\t", "\u2028", "<<: ", "k: v\n",
        "- - ", "[a, ", "a: [", "? a\n", "\n", "a\n ", ">\n\n",
    ];

    public static string Next(Random random) => random.Next(19) switch
    {
        0 => $"a: &a [x,x,x,x,x,x,x,x,x]\n{string.Concat("bcdefghi".Select(c => $"{c}: &{c} [{Nine((char)(c - 1))}]\n"))}",
        1 => new string('[', random.Next(50, 100_000)),
        2 => string.Concat(Enumerable.Repeat("{a: ", random.Next(50, 5000))),
        3 => $"\e[31m{new string('k', 400_000)}: 1\n\e[31m{new string('k', 400_000)}: 2\n",
        4 => $"\ufeff{Map}",
        5 => $"{Map}data: {{a: \"\\0\"}}",
        6 => string.Concat(Enumerable.Repeat($"---\n{Map}", random.Next(400, 700))),
        7 => $"{Map}data: !!python/object/apply:os.system [id]",
        8 => $"{Map}data: &x\n  <<: *x\n",
        9 => "kind: ConfigMap\nkind: Secret\n",
        10 => $"{Map}data:\n  a: |\n{string.Concat(Enumerable.Repeat("    nexttoken=\n", 20_000))}",
        11 => $"%YAML 9.9\n--- \u0085\u2028 ? {{[]: }}",
        12 => $"{Map}\0",
        13 => $"{{apiVersion: v1, kind: Secret, metadata: {{name: s}}, data: {{{string.Join(", ", Enumerable.Range(0, 40_000).Select(i => $"k{i}: v"))}}}}}",
        14 => $"{Map}data: {{\"\\0a\": \"\\uD800\", \"\\x07\": \"\\e[31m\", \"\\uFFFE\": \"\\u202e\", \"\\uDC00\\uD800\": x}}\n",
        15 => $"apiVersion: \"v1\\0\"\nkind: \"Sec\\uD800ret\"\nmetadata: {{name: \"a\\e[31m\\u202e\", namespace: \"\\0\"}}\n",
        16 => string.Concat(Enumerable.Repeat(Tokens[random.Next(Tokens.Length)], random.Next(50_000, 150_000))),
        17 => Map + string.Concat(Enumerable.Range(0, 60_000).OrderBy(_ => random.Next()).Select(i => $"#{i % 20_000}\n")),
        _ => $"{Map}data:\n{string.Concat(Enumerable.Range(0, 2000).Select(i => $"  k{i}: 'v{i}'\n"))}",
    };

    private static string Nine(char of) => string.Join(',', Enumerable.Repeat($"*{of}", 9));
}
