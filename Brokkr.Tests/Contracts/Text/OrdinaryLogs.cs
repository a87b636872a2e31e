namespace Brokkr.Tests.Contracts.Text;

/// <summary>Logs without secrets: lines written to look like some, and lines as servers write them by the thousand.</summary>
internal static class OrdinaryLogs
{
    private static readonly string[] Paths =
        ["/", "/login", "/oauth/token", "/api/v1/secrets", "/users/42/password", "/static/keys.js", "/healthz", "/tokens?page=2&size=20", "/search?q=api+key"];
    private static readonly string[] Messages =
    [
        "listening", "token expired", "password changed", "no credentials given", "key not found", "secret updated", "authorization denied", "session closed",
        "cookie consent stored", "signature verified", "retrying", "cache miss for key", "bearer token rejected", "basic auth is off",
    ];
    private static readonly string[] Users = ["ann", "bob", "system:serviceaccount:prod:web", "carla@example.com", "-"];
    private static readonly string[] Classes = ["TokenService", "PasswordEncoder", "SecretStore", "CredentialsProvider", "KeyFactory", "OrderController"];

    public static IEnumerable<string> Traps { get; } =
        File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "secrets", "ordinary.txt")).Where(l => l.Length > 0);

    public static IEnumerable<string> Lines(int count, Random random)
    {
        for (var i = 0; i < count; i++)
            yield return Line(random, Of(Messages, random), Of(Users, random), Of(Paths, random));
    }

    private static string Line(Random random, string message, string user, string path)
    {
        var (time, number, trace) =
            ($"2026-01-15T10:{random.Next(60):00}:{random.Next(60):00}.{random.Next(1000):000}Z", random.Next(100_000), random.GetHexString(32, true));
        return random.Next(8) switch
        {
            0 => $"10.0.{number % 256}.7 - {user} [15/Jan/2026:10:30:00 +0000] \"GET {path} HTTP/1.1\" {200 + (number % 300)} {number} "
                + $"\"https://shop.example{path}\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
            1 => $"{time} {random.GetItems(["INFO", "WARN", "ERROR"], 1)[0]} [nio-8080-exec-{number % 10}] c.e.auth.{Of(Classes, random)} : {message} for "
            + $"user {user} in {number} ms",
            2 => $"\tat com.example.auth.{Of(Classes, random)}.verify({Of(Classes, random)}.java:{number % 900}) ~[app.jar:1.2.3]",
            3 => $"I0115 10:30:00.{number:000000}       1 controller.go:{number % 900}] \"{message}\" secret=\"prod/db-{number}\" count={number % 9}",
            4 => $"level=info ts={time} caller=auth.go:{number % 900} msg=\"{message}\" user={user} path={path} duration={number}ms trace_id={trace}",
            5 => $"{{\"time\":\"{time}\",\"level\":\"info\",\"msg\":\"{message}\",\"user\":\"{user}\","
            + $"\"path\":\"{path}\",\"tokens\":{number},\"traceId\":\"{trace}\"}}",
            6 => $"{time} - auth.token - WARNING - {message}: {path} took {number / 1000.0} s (key={number % 7}, request {Guid.NewGuid()})",
            _ => $"  File \"/usr/lib/python3.12/site-packages/auth/token.py\", line {number % 900}, in {message.Split(' ')[0]}_token",
        };
    }

    private static string Of(string[] words, Random random) => words[random.Next(words.Length)];
}
