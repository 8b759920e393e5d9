using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

internal enum JsonShapeKind
{
    /// <summary>Values one after another, usually one per line.</summary>
    Lines,

    /// <summary>A list of records, at the top or at a path.</summary>
    List,

    /// <summary>An object of lists of the same length.</summary>
    Columns,

    /// <summary>One object, one row.</summary>
    Single,
}

/// <summary>Where the records are in a JSON text.</summary>
internal sealed record JsonShape(JsonShapeKind Kind, IReadOnlyList<string> Path, JsonTokenType FirstElement)
{
    private const int MaxLevels = 3;
    private const int MaxLists = 1000;

    /// <param name="Objects">Elements that are objects.</param>
    private sealed record ListOf(IReadOnlyList<string> Path, long Count, long Objects, long Lists, JsonTokenType First)
    {
        public string Name => string.Join('.', Path);
    }

    public static JsonShape Find(string path, int start, ImportSource source)
    {
        using var scanner = new JsonScanner(path, start, source.IsPart);
        if (!scanner.Read())
        {
            throw HubException.Impossible("The file is empty.", "EMPTY_FILE");
        }

        if (source.Options.RecordPath is not { Length: > 0 })
        {
            if (scanner.Token == JsonTokenType.StartArray)
            {
                scanner.Read();
                return new(JsonShapeKind.List, [], scanner.Token);
            }

            if (scanner.Token != JsonTokenType.StartObject)
            {
                return new(JsonShapeKind.Lines, [], scanner.Token);
            }
        }

        List<ListOf> lists = [];
        var members = 0;
        var lines = false;
        if (scanner.Token == JsonTokenType.StartObject)
        {
            members = Members(scanner, [], lists);
            lines = scanner.Read();
        }

        if (source.Options.RecordPath is { Length: > 0 } wanted)
        {
            return lists.Find(l => l.Name == wanted) is { } chosen
                ? new(JsonShapeKind.List, chosen.Path, chosen.First)
                : throw HubException.Field("recordPath", $"There is no list at \"{wanted}\" in this document{(lists.Count == 0 ? "" : "; there is one at " + string.Join(", ", lists.Take(5).Select(l => l.Name)))}.", "RECORD_PATH_UNKNOWN");
        }

        if (lines)
        {
            return new(JsonShapeKind.Lines, [], JsonTokenType.StartObject);
        }

        return OfOne(lists, members, source);
    }

    /// <summary>The document is one object.</summary>
    private static JsonShape OfOne(List<ListOf> lists, int members, ImportSource source)
    {
        var top = lists.Where(l => l.Path.Count == 1).ToList();
        var isTable = top.Count == members && members > 0 && top[0].Count > 0 && top.TrueForAll(l => l.Count == top[0].Count && l.Objects == 0 && l.Lists == 0);
        if (isTable && source.Options.Layout != JsonLayout.Record)
        {
            if (source.Options.Layout is null)
            {
                source.Questions.Add(new(
                    "layout", "What is this object of lists?", [new("columns", "A table: each list is a column"), new("record", "One row with lists in it")], "columns",
                    $"The document is one object with {members} lists of {top[0].Count} values each.")
                { Code = "JSON_COLUMNAR" });
            }

            return new(JsonShapeKind.Columns, [], top[0].First);
        }

        var records = lists.Where(l => l.Objects > 0).OrderByDescending(l => l.Objects).ToList();
        if (records.Count == 0 || source.Options.Layout == JsonLayout.Record)
        {
            return new(JsonShapeKind.Single, [], JsonTokenType.StartObject);
        }

        if (records.Count > 1)
        {
            source.Questions.Add(new(
                "recordPath", "Which list holds the rows?", [.. records.Take(20).Select(l => new ImportChoice(l.Name, $"{l.Name}: {l.Objects} records"))], records[0].Name,
                "The document is one object with several lists of records in it.")
            { Code = "JSON_SEVERAL_LISTS" });
        }

        return new(JsonShapeKind.List, records[0].Path, records[0].First);
    }

    /// <summary>Looks at the lists in an object that was just opened, and in the objects in it.</summary>
    /// <returns>How many members it has.</returns>
    private static int Members(JsonScanner scanner, List<string> path, List<ListOf> lists)
    {
        var members = 0;
        while (scanner.Read(wantsText: true) && scanner.Token == JsonTokenType.PropertyName)
        {
            members++;
            path.Add(scanner.Text!);
            if (!scanner.Read())
            {
                break;
            }

            if (scanner.Token == JsonTokenType.StartObject && path.Count < MaxLevels)
            {
                Members(scanner, path, lists);
            }
            else if (scanner.Token == JsonTokenType.StartArray && lists.Count < MaxLists)
            {
                lists.Add(Elements(scanner, [.. path]));
            }
            else
            {
                scanner.Skip();
            }

            path.RemoveAt(path.Count - 1);
        }

        return members;
    }

    private static ListOf Elements(JsonScanner scanner, IReadOnlyList<string> path)
    {
        long count = 0, objects = 0, inner = 0;
        var first = JsonTokenType.None;
        while (scanner.Read() && scanner.Token != JsonTokenType.EndArray)
        {
            first = count++ == 0 ? scanner.Token : first;
            objects += scanner.Token == JsonTokenType.StartObject ? 1 : 0;
            inner += scanner.Token == JsonTokenType.StartArray ? 1 : 0;
            if (!scanner.Skip())
            {
                break;
            }
        }

        return new(path, count, objects, inner, first);
    }
}
