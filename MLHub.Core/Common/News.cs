using System.Collections.Concurrent;

namespace MLHub.Core.Common;

/// <summary>
/// Tells open pages that something changed. News carries no data: whoever hears it reads the state anew, with its own rights.
/// Topics are made by <see cref="Topic"/>. Subscribers are called on the publisher's thread and must not block.
/// </summary>
public sealed class News
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Subscription, byte>> _topics = new();
    private readonly Lock _lock = new();
    private readonly string[] _recent = new string[512];
    private long _published;

    /// <summary>How many subscriptions are open; a page that forgets to dispose shows here.</summary>
    public int SubscriptionCount => _topics.Values.Sum(t => t.Count);

    /// <summary>Whether anybody listens at all; the database is not watched for nobody.</summary>
    public bool HasSubscribers => _topics.Values.Any(t => !t.IsEmpty);

    /// <summary>A point in time, for <see cref="WasAnySince"/>.</summary>
    public long Now
    {
        get
        {
            lock (_lock)
            {
                return _published;
            }
        }
    }

    /// <summary>
    /// Whether something was published about one of the topics since then. A reader can subscribe only after it has read what a thing
    /// belongs to; this tells whether it has to read once more. True as well when so much was published that nobody knows.
    /// </summary>
    public bool WasAnySince(long then, ICollection<string> topics)
    {
        lock (_lock)
        {
            if (_published - then > _recent.Length)
            {
                return true;
            }

            for (var number = then; number < _published; number++)
            {
                if (topics.Contains(_recent[number % _recent.Length]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    public IDisposable Subscribe(string topic, Action heard)
    {
        var subscription = new Subscription(this, topic, heard);
        _topics.GetOrAdd(topic, _ => new())[subscription] = 0;
        return subscription;
    }

    public void Publish(params ReadOnlySpan<string> topics)
    {
        foreach (var topic in topics)
        {
            lock (_lock)
            {
                _recent[_published++ % _recent.Length] = topic;
            }

            if (_topics.TryGetValue(topic, out var subscriptions))
            {
                foreach (var subscription in subscriptions.Keys)
                {
                    subscription.Heard();
                }
            }
        }
    }

    private sealed class Subscription(News news, string topic, Action heard) : IDisposable
    {
        public void Heard() => heard();

        public void Dispose()
        {
            if (news._topics.TryGetValue(topic, out var subscriptions))
            {
                subscriptions.TryRemove(this, out _);
            }
        }
    }
}

/// <summary>Names of the things that <see cref="News"/> is about.</summary>
public static class Topic
{
    public static string Job(Guid id) => $"job:{id:N}";

    public static string Run(Guid id) => $"run:{id:N}";

    public static string Dataset(Guid id) => $"dataset:{id:N}";

    public static string Model(Guid id) => $"model:{id:N}";

    /// <summary>An account itself: a session of it ended, its name or office changed.</summary>
    public static string Account(Guid userId) => $"account:{userId:N}";

    /// <summary>Somebody's rights in a workspace, or on something in it.</summary>
    public static string Access(Guid workspaceId) => $"access:{workspaceId:N}";

    /// <summary>Machines that compute for this server: who is there, what they do.</summary>
    public const string Workers = "workers";

    /// <summary>Anything in a workspace that a list or a count may show.</summary>
    public static string Workspace(Guid id) => $"workspace:{id:N}";
}
