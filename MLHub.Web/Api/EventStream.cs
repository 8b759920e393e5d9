using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MLHub.Core.Common;

namespace MLHub.Web.Api;

/// <summary>Server-sent events from <see cref="News"/>: the state now, and again after each change, at most four times a second, until it is over.</summary>
internal static class EventStream
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <param name="read">Reads the state with the caller's own rights; a refusal ends the stream.</param>
    /// <param name="isOver">Whether the state can change no more.</param>
    public static async IAsyncEnumerable<SseItem<T>> Follow<T>(
        News news, string topic, string eventType, Func<CancellationToken, Task<T>> read, Func<T, bool> isOver, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var subscription = news.Subscribe(topic, () => changes.Writer.TryWrite(true));
        while (true)
        {
            var state = await read(cancellationToken);
            yield return new SseItem<T>(state, eventType);
            if (isOver(state))
            {
                yield break;
            }

            await Task.Delay(Pause, cancellationToken);
            await changes.Reader.ReadAsync(cancellationToken);
        }
    }
}
