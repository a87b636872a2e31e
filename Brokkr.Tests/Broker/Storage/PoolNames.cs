using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Brokkr.Tests.Broker.Storage;

/// <summary>The names under which figures of databases are told, of every database of this process.</summary>
internal sealed class PoolNames : IDisposable
{
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);
    private readonly MeterListener _listener;

    public PoolNames()
    {
        _listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Npgsql")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<int>((_, _, tags, _) => Note(tags));
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Note(tags));
        _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => Note(tags));
        _listener.Start();
    }

    public ICollection<string> Seen()
    {
        _listener.RecordObservableInstruments();
        return _names.Keys;
    }

    public void Dispose() => _listener.Dispose();

    private void Note(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (key, value) in tags)
        {
            if (key == "db.client.connection.pool.name")
                _names.TryAdd($"{value}", true);
        }
    }
}
