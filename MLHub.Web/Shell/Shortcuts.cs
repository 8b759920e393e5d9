using Microsoft.JSInterop;

namespace MLHub.Web.Shell;

/// <summary>Keys of the open pages. The browser sends only those that somebody asked for.</summary>
public sealed class Shortcuts
{
    private readonly List<Shortcut> _shortcuts = [];

    /// <summary>Somebody came or went: the browser must learn the new keys.</summary>
    public event Action? Changed;

    /// <summary>Newest last; of two with the same keys the newer one wins.</summary>
    public IReadOnlyList<Shortcut> All => _shortcuts;

    /// <param name="keys">Key names as the browser gives them, in order: <c>g d</c>, <c>/</c>, <c>ctrl+k</c>, <c>Escape</c>.</param>
    /// <param name="description">For the cheat sheet; empty keeps it out of it.</param>
    public IDisposable Register(string keys, string description, Func<Task> action)
    {
        var shortcut = new Shortcut(keys, description, action);
        _shortcuts.Add(shortcut);
        Changed?.Invoke();
        return new Registration(this, shortcut);
    }

    [JSInvokable]
    public async Task PressAsync(string keys)
    {
        if (_shortcuts.LastOrDefault(s => s.Keys == keys) is { } shortcut)
        {
            await shortcut.Action();
        }
    }

    private sealed class Registration(Shortcuts shortcuts, Shortcut shortcut) : IDisposable
    {
        public void Dispose()
        {
            if (shortcuts._shortcuts.Remove(shortcut))
            {
                shortcuts.Changed?.Invoke();
            }
        }
    }
}

public sealed record Shortcut(string Keys, string Description, Func<Task> Action);
