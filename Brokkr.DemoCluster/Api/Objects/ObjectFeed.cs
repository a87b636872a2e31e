using System.Threading.Channels;

namespace Brokkr.DemoCluster.Api.Objects;

/// <summary>A watcher's view: the objects when it began, and every change since in order.</summary>
internal sealed class ObjectFeed(Snapshot start, Channel<Change> changes, Action close) : IDisposable
{
    public Snapshot Start { get; } = start;

    public ChannelReader<Change> Changes => changes.Reader;

    public void Dispose() => close();
}
