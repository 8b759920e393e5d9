using System.Text;
using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>Turns records into rows: members of nested objects become columns <c>a.b</c>, lists and what lies deeper become JSON text.</summary>
internal sealed class JsonFlattener(RowSpool spool, int depth, bool lastKeyWins)
{
    private readonly Node _root = new("", []);
    private readonly List<string> _columns = [];
    private readonly List<(int Column, int Start, int Length)> _cells = [];
    private byte[] _text = new byte[4096];
    private int _used;
    private long _record;
    private Node? _value;
    private string? _twice;

    public IReadOnlyList<string> Columns => _columns;

    /// <summary>Columns that come from nested objects.</summary>
    public bool HasNested { get; private set; }

    /// <summary>Lists, or objects that lie too deep, were kept as text.</summary>
    public bool HasText { get; private set; }

    /// <summary>Escaped NUL characters that were replaced by U+FFFD.</summary>
    public long Nuls { get; private set; }

    /// <summary>Values that are no objects stood among the records.</summary>
    public long Loose { get; private set; }

    public void Record(ReadOnlySpan<byte> value, long record, long byteOffset)
    {
        _record = record;
        _cells.Clear();
        _used = 0;
        _twice = null;
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = JsonScanner.MaxDepth });
        reader.Read();
        try
        {
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Members(ref reader, value, _root, 0);
            }
            else
            {
                Loose++;
                Cell(ref reader, value, _value ??= new Node("value", "value"u8.ToArray()), depth);
            }
        }
        catch (InvalidOperationException)
        {
            throw JsonScanner.Refused($"record {record} holds half of a surrogate pair", byteOffset);
        }

        if (_twice is not null)
        {
            spool.Reject(record, value, $"names \"{_twice}\" twice");
            return;
        }

        spool.Begin(record);
        foreach (var (column, start, length) in _cells)
        {
            spool.Cell(column, _text.AsSpan(start, length));
        }

        spool.End();
    }

    private void Members(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, Node parent, int level)
    {
        var next = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var child = Child(ref reader, parent, ref next);
            if (child.LastRecord == _record)
            {
                if (!lastKeyWins)
                {
                    _twice ??= child.Path;
                }

                Forget(child);
            }

            child.LastRecord = _record;
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && level < depth)
            {
                HasNested = true;
                Members(ref reader, value, child, level + 1);
            }
            else
            {
                Cell(ref reader, value, child, level);
            }
        }
    }

    private void Cell(ref Utf8JsonReader reader, ReadOnlySpan<byte> value, Node node, int level)
    {
        if (node.Column < 0)
        {
            node.Column = _columns.Count;
            _columns.Add(node.Path);
            if (_columns.Count > ImportLimits.MaxColumns)
            {
                throw HubException.Impossible(
                    $"The records have more than {ImportLimits.MaxColumns} different keys up to record {_record}; this server takes {ImportLimits.MaxColumns} columns. Are the keys values? Turn them into records of key and value first.",
                    "TOO_MANY_COLUMNS");
            }
        }

        var start = _used;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return;
            case JsonTokenType.String:
                Room(reader.ValueSpan.Length);
                _used += reader.CopyString(_text.AsSpan(_used));
                ReplaceNuls(start);
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                HasText = true;
                var from = (int)reader.TokenStartIndex;
                reader.Skip();
                Compact(value[from..(int)reader.BytesConsumed]);
                break;
            default:
                Room(reader.ValueSpan.Length);
                reader.ValueSpan.CopyTo(_text.AsSpan(_used));
                _used += reader.ValueSpan.Length;
                break;
        }

        _cells.Add((node.Column, start, _used - start));
    }

    /// <summary>As raw ones are: not every database stores them. An escape is longer than what takes its place, so there is room.</summary>
    private void ReplaceNuls(int start)
    {
        var zeros = _text.AsSpan(start, _used - start).Count((byte)0);
        if (zeros == 0)
        {
            return;
        }

        Nuls += zeros;
        var (from, to) = (_used, _used + (2 * zeros));
        _used = to;
        while (from > start)
        {
            if (_text[--from] == 0)
            {
                to -= 3;
                "\uFFFD"u8.CopyTo(_text.AsSpan(to));
            }
            else
            {
                _text[--to] = _text[from];
            }
        }
    }

    /// <summary>Without the blanks between tokens.</summary>
    private void Compact(ReadOnlySpan<byte> json)
    {
        Room(json.Length);
        var isInText = false;
        for (var i = 0; i < json.Length; i++)
        {
            var b = json[i];
            if (isInText)
            {
                if (b == '\\')
                {
                    _text[_used++] = b;
                    b = json[++i];
                }
                else if (b == '"')
                {
                    isInText = false;
                }
            }
            else if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }
            else if (b == '"')
            {
                isInText = true;
            }

            _text[_used++] = b;
        }
    }

    /// <summary>What an earlier member of the same name wrote into this record.</summary>
    private void Forget(Node node)
    {
        _cells.RemoveAll(c => c.Column == node.Column);
        foreach (var child in node.Children)
        {
            child.LastRecord = -1;
            Forget(child);
        }
    }

    /// <summary>Records mostly have the same members in the same order: the next one is tried before any search.</summary>
    private static Node Child(ref Utf8JsonReader reader, Node parent, ref int next)
    {
        if (next < parent.Children.Count && reader.ValueTextEquals(parent.Children[next].Name))
        {
            return parent.Children[next++];
        }

        var name = reader.GetString()!;
        if (!parent.Index.TryGetValue(name, out var at))
        {
            at = parent.Children.Count;
            parent.Children.Add(new(parent.Path.Length == 0 ? name : $"{parent.Path}.{name}", Encoding.UTF8.GetBytes(name)));
            parent.Index[name] = at;
        }

        next = at + 1;
        return parent.Children[at];
    }

    private void Room(int more)
    {
        if (_used + more > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(_text.Length * 2, _used + more));
        }
    }

    private sealed class Node(string path, byte[] name)
    {
        public string Path => path;

        public byte[] Name => name;

        public int Column { get; set; } = -1;

        public long LastRecord { get; set; } = -1;

        public List<Node> Children { get; } = [];

        public Dictionary<string, int> Index { get; } = new(StringComparer.Ordinal);
    }
}
