using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

/// <summary>A step while it is being edited; the key stays with it wherever it is moved.</summary>
public sealed record RecipeEntry(int Key, RecipeStep Step);

/// <summary>The recipe that is being written: its steps, which one is open, and the way back from each change.</summary>
public sealed class RecipeForm
{
    public const int MaxSteps = RecipeCatalog.MaxSteps;
    private const int MaxUndo = 200;

    private readonly LinkedList<State> _undo = new();
    private readonly Stack<State> _redo = new();
    private State _now = new([], null);
    private string? _typing;
    private int _nextKey = 1;

    private sealed record State(IReadOnlyList<RecipeEntry> Entries, int? OpenKey);

    public IReadOnlyList<RecipeEntry> Entries => _now.Entries;

    public IReadOnlyList<RecipeStep> Steps => [.. Entries.Select(e => e.Step)];

    /// <summary>Place of the open step; <c>null</c> shows the result of all of them.</summary>
    public int? Open => _now.OpenKey is { } key ? PlaceOf(key) : null;

    public RecipeEntry? OpenEntry => Open is { } place ? Entries[place] : null;

    public bool CanUndo => _undo.Count > 0;

    public bool CanRedo => _redo.Count > 0;

    public bool IsFull => Entries.Count >= MaxSteps;

    /// <summary>Begins with these steps; there is no way back before them.</summary>
    public void Start(IReadOnlyList<RecipeStep> steps)
    {
        _undo.Clear();
        _redo.Clear();
        _typing = null;
        _now = new(Fresh(steps), null);
    }

    public void OpenAt(int? place)
    {
        _typing = null;
        _now = _now with { OpenKey = place is { } at && at >= 0 && at < Entries.Count ? Entries[at].Key : null };
    }

    /// <summary>Puts a step behind the open one, or at the end, and opens it.</summary>
    public void Add(RecipeStep step)
    {
        RequireRoom(1);
        var entry = new RecipeEntry(_nextKey++, step);
        var place = Open + 1 ?? Entries.Count;
        Change([.. Entries.Take(place), entry, .. Entries.Skip(place)], entry.Key);
    }

    public void Append(IReadOnlyList<RecipeStep> steps)
    {
        RequireRoom(steps.Count);
        Change([.. Entries, .. Fresh(steps)], _now.OpenKey);
    }

    public void Replace(IReadOnlyList<RecipeStep> steps) => Change(Fresh(steps), null);

    public void Clear() => Change([], null);

    public void Duplicate(int place)
    {
        RequireRoom(1);
        var copy = new RecipeEntry(_nextKey++, Entries[place].Step);
        Change([.. Entries.Take(place + 1), copy, .. Entries.Skip(place + 1)], copy.Key);
    }

    public void Remove(int place)
    {
        var gone = Entries[place].Key;
        Change([.. Entries.Where(e => e.Key != gone)], _now.OpenKey == gone ? null : _now.OpenKey);
    }

    /// <returns>Whether there was anywhere to go.</returns>
    public bool Move(int from, int to)
    {
        to = Math.Clamp(to, 0, Entries.Count - 1);
        if (from == to)
        {
            return false;
        }

        var entries = Entries.ToList();
        var moved = entries[from];
        entries.RemoveAt(from);
        entries.Insert(to, moved);
        Change(entries, _now.OpenKey);
        return true;
    }

    public void Toggle(int place) => Change(place, Entries[place].Step with { Enabled = !Entries[place].Step.Enabled });

    /// <summary>Sets a parameter; keystrokes in the same field are one change. <c>null</c> goes back to the default.</summary>
    public void Set(int place, string parameter, JsonElement? value)
    {
        var entry = Entries[place];
        var parameters = (entry.Step.Parameters ?? new Dictionary<string, JsonElement>()).Where(p => p.Key != parameter).ToDictionary();
        if (value is { } given)
        {
            parameters[parameter] = given;
        }

        var typing = $"{entry.Key}.{parameter}";
        Change(place, entry.Step with { Parameters = parameters }, typing);
    }

    /// <summary>Lets all steps use another column in place of one that the table no longer has.</summary>
    public void MapColumn(string from, string to) =>
        Change([.. Entries.Select(e => e with { Step = RecipeColumns.Rename(e.Step, RecipeCatalog.Find(e.Step.Step), from, to) })], _now.OpenKey);

    public void Undo()
    {
        if (_undo.Last is { } last)
        {
            _undo.RemoveLast();
            _redo.Push(_now);
            _now = last.Value;
            _typing = null;
        }
    }

    public void Redo()
    {
        if (_redo.TryPop(out var next))
        {
            _undo.AddLast(_now);
            _now = next;
            _typing = null;
        }
    }

    private int? PlaceOf(int key)
    {
        for (var place = 0; place < Entries.Count; place++)
        {
            if (Entries[place].Key == key)
            {
                return place;
            }
        }

        return null;
    }

    private List<RecipeEntry> Fresh(IReadOnlyList<RecipeStep> steps) => [.. steps.Select(s => new RecipeEntry(_nextKey++, s))];

    private void RequireRoom(int count)
    {
        if (Entries.Count + count > MaxSteps)
        {
            throw HubException.Impossible($"A recipe has up to {MaxSteps} steps. Save a version of what there is and go on from it.");
        }
    }

    private void Change(int place, RecipeStep step, string? typing = null) =>
        Change([.. Entries.Select((e, at) => at == place ? e with { Step = step } : e)], _now.OpenKey, typing);

    private void Change(IReadOnlyList<RecipeEntry> entries, int? openKey, string? typing = null)
    {
        if (typing is null || typing != _typing)
        {
            _undo.AddLast(_now);
            if (_undo.Count > MaxUndo)
            {
                _undo.RemoveFirst();
            }
        }

        _typing = typing;
        _redo.Clear();
        _now = new(entries, openKey);
    }
}
