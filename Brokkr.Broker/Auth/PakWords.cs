using Brokkr.Contracts;
using Role = Brokkr.V1.PakRole.Types.Word;

namespace Brokkr.Broker.Auth;

/// <summary>The words for roles of keys, as the database and the contracts spell them. Pure.</summary>
internal static class PakWords
{
    public static string Of(PakRole role) => role switch
    {
        PakRole.Admin => "admin",
        PakRole.Reader => "reader",
        PakRole.Agent => "agent",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    public static PakRole RoleOf(string word) => word switch
    {
        "admin" => PakRole.Admin,
        "reader" => PakRole.Reader,
        "agent" => PakRole.Agent,
        _ => throw new ArgumentOutOfRangeException(nameof(word)),
    };

    public static Role RoleToWire(string word) => word switch
    {
        "admin" => Role.Admin,
        "reader" => Role.Reader,
        "agent" => Role.Agent,
        _ => Role.Unspecified,
    };
}
