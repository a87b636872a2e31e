using Brokkr.Broker.Auth;
using Brokkr.Broker.Storage;

namespace Brokkr.Broker.Ui.Access;

/// <summary>What the page of the keys shows.</summary>
/// <param name="Keys">The keys of this page, newest first.</param>
/// <param name="Next">The address of the next page; null on the last.</param>
/// <param name="Made">The key that was just made or took the place of another, with its secret; null where none was.</param>
/// <param name="Refusal">Why what was asked for was not done; empty where nothing was refused.</param>
public sealed record KeysView(IReadOnlyList<KeyView> Keys, string? Next, MadeKey? Made, string Refusal);

/// <summary>A key without its secret.</summary>
public sealed record KeyView(
    string Id, string Name, string Role, string State, string Status, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? ExpiresAt)
{
    public bool IsActive => State == "active";

    internal static KeyView Of(PakRow row) => new(
        row.Id, row.Name, row.Role, row.State.Text(), row.State == Wire.PakState.Types.Word.Active ? "healthy" : "unknown", row.CreatedBy,
        row.CreatedAt, row.LastUsedAt, row.ExpiresAt);
}

/// <summary>A key at the only moment at which anybody can read it.</summary>
/// <param name="Name">What it is for.</param>
/// <param name="Role">What it may.</param>
/// <param name="Secret">The key.</param>
/// <param name="OldExpiresAt">Where it takes the place of another: until when that one is valid.</param>
public sealed record MadeKey(string Name, string Role, string Secret, DateTimeOffset? OldExpiresAt);
