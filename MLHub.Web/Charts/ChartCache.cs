using System.Collections.Concurrent;

namespace MLHub.Web.Charts;

/// <summary>
/// Drawn charts that several viewers share: ten people who watch one run cost one drawing. Keys name what is drawn and which
/// version; who may see it was decided before. Bounded; the least recently used go first.
/// </summary>
public sealed class ChartCache
{
    private const int MaxEntries = 256;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _clock;

    /// <summary>Pictures held now.</summary>
    public int Count => _entries.Count;

    /// <summary>The picture under a key, drawn when it is not there. Callers at the same time wait for one drawing.</summary>
    public ChartPicture Picture(string key, Chart chart, ChartSize size) =>
        (ChartPicture)Get($"{key}/{chart.GetType().Name}/{chart.Variant}/{size.Width}x{size.Height}/page", () => chart.ToPicture(size));

    /// <summary>The same for files: <paramref name="format"/> names format and theme.</summary>
    public byte[] File(string key, string format, ChartSize size, Func<byte[]> draw) =>
        (byte[])Get($"{key}/{size.Width}x{size.Height}/{format}", draw);

    private object Get(string key, Func<object> draw)
    {
        var entry = _entries.GetOrAdd(key, _ => new Entry(new Lazy<object>(draw)));
        entry.UsedAt = Interlocked.Increment(ref _clock);
        try
        {
            return entry.Drawing.Value;
        }
        catch
        {
            // A failure is not kept: the next caller tries again.
            _entries.TryRemove(KeyValuePair.Create(key, entry));
            throw;
        }
        finally
        {
            if (_entries.Count > MaxEntries)
            {
                foreach (var old in _entries.OrderBy(e => e.Value.UsedAt).Take(MaxEntries / 8).ToList())
                {
                    _entries.TryRemove(old);
                }
            }
        }
    }

    private sealed class Entry(Lazy<object> drawing)
    {
        public Lazy<object> Drawing { get; } = drawing;

        public long UsedAt { get; set; }
    }
}
