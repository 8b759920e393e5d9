using MLHub.Web.Shell;

namespace MLHub.Tests.Shell;

public sealed class ShortcutsTests
{
    private readonly Shortcuts _shortcuts = new();
    private readonly List<string> _pressed = [];

    [Fact]
    public async Task Keys_call_the_one_who_asked_for_them()
    {
        Register("g d", "datasets");

        await _shortcuts.PressAsync("g d");
        await _shortcuts.PressAsync("g x");

        Assert.Equal(["datasets"], _pressed);
    }

    [Fact]
    public async Task Of_two_with_the_same_keys_the_newer_wins_until_it_goes()
    {
        Register("Escape", "page");
        var dialog = Register("Escape", "dialog");

        await _shortcuts.PressAsync("Escape");
        dialog.Dispose();
        await _shortcuts.PressAsync("Escape");

        Assert.Equal(["dialog", "page"], _pressed);
    }

    [Fact]
    public void The_browser_is_told_once_when_keys_come_and_once_when_they_go()
    {
        var changes = 0;
        _shortcuts.Changed += () => changes++;

        var keys = Register("/", "search");
        keys.Dispose();
        keys.Dispose();

        Assert.Equal(2, changes);
        Assert.Empty(_shortcuts.All);
    }

    private IDisposable Register(string keys, string name) => _shortcuts.Register(keys, name, () =>
    {
        _pressed.Add(name);
        return Task.CompletedTask;
    });
}
