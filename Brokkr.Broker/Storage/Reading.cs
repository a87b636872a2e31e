namespace Brokkr.Broker.Storage;

/// <summary>A call that a standby answers: whatever it reads is asked there, and nothing can be written.</summary>
internal sealed class Reading
{
    private static readonly AsyncLocal<Reading?> Here = new();

    private readonly Lock _gate = new();

    /// <summary>The one that goes on here; null where the primary is asked.</summary>
    public static Reading? Current => Here.Value;

    /// <summary>
    /// What was committed until then, by the primary's clock, is in all that was read; null as long as nothing was.
    /// </summary>
    public DateTimeOffset? AsOf { get; private set; }

    public async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        Here.Value = this;
        return await call();
    }

    public void Note(DateTimeOffset asOf)
    {
        lock (_gate)
            AsOf = AsOf < asOf ? AsOf : asOf;
    }
}
