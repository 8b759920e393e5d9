using System.Security.Cryptography;
using System.Text;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Comparison;

/// <summary>Which columns of two tables belong together, and which of them identify a row: all that can be said before any row is read.</summary>
internal sealed record DiffPlan(IReadOnlyList<MatchedColumns> Pairs, IReadOnlyList<MatchedColumns> Key, bool KeyIsGuessed, SchemaDiff Schema)
{
    // Raised when the same tables would give another result than before.
    private const int Edition = 1;

    private static readonly string[] KeyNames = ["id", "key", "code", "uuid", "nr", "no", "number"];

    public static DiffPlan Make(ReadyVersion from, DatasetProfileDocument fromProfile, ReadyVersion to, DatasetProfileDocument toProfile, DiffRequest request)
    {
        var renames = request.Renames ?? new Dictionary<string, string>();
        foreach (var (before, after) in renames)
        {
            if (from.Columns.All(c => c.Name != before) || to.Columns.All(c => c.Name != after) || to.Columns.Any(c => c.Name == before))
            {
                throw HubException.Field("renamed", $"\"{before}\" cannot have become \"{after}\": name a column of version {from.Number} that is gone and one of version {to.Number} that is new.", "UNKNOWN_COLUMN");
            }
        }

        var pairs = new List<MatchedColumns>();
        foreach (var column in from.Columns)
        {
            var name = renames.GetValueOrDefault(column.Name, column.Name);
            if (to.Columns.FirstOrDefault(c => c.Name == name) is { } partner)
            {
                pairs.Add(new(column, partner));
            }
        }

        var removed = from.Columns.Where(c => pairs.All(p => p.From.Name != c.Name || p.From.Name != p.To.Name)).ToList();
        var added = to.Columns.Where(c => pairs.All(p => p.To.Name != c.Name || p.From.Name != p.To.Name)).ToList();
        var schema = new SchemaDiff(
            [.. added.Select(c => c.Schema)],
            [.. removed.Select(c => c.Schema)],
            [.. pairs.Where(p => p.From.Type != p.To.Type).Select(p => new RetypedColumn(p.To.Name, p.From.Type, p.To.Type))],
            Renamed(removed, fromProfile, added, toProfile, renames));
        var (key, isGuessed) = request.WithoutKey ? ([], false)
            : request.Key is { Count: > 0 } chosen ? (Chosen(chosen, pairs), false)
            : (Guessed(pairs, fromProfile, toProfile), true);
        return new(pairs, key, isGuessed && key.Count > 0, schema);
    }

    /// <summary>Names the result: the same two contents compared in the same way.</summary>
    public string NameOf(ReadyVersion from, ReadyVersion to)
    {
        var text = new StringBuilder().Append(Edition).Append('\n').Append(from.Content).Append('\n').Append(to.Content).Append('\n').AppendJoin('\n', Key.Select(k => k.From.Name)).Append('\n');
        foreach (var pair in Pairs)
        {
            text.Append('\n').Append(pair.From.Name).Append('\n').Append(pair.To.Name);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static List<MatchedColumns> Chosen(IReadOnlyList<string> names, List<MatchedColumns> pairs) =>
        [.. names.Distinct().Select(name => pairs.FirstOrDefault(p => p.From.Name == name) ?? pairs.FirstOrDefault(p => p.From.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw HubException.Field("key", $"There is no column \"{name}\" in both versions.", "UNKNOWN_COLUMN"))];

    /// <summary>A column that is never missing and never the same twice, in both. Measured numbers are unique by chance only.</summary>
    private static List<MatchedColumns> Guessed(List<MatchedColumns> pairs, DatasetProfileDocument from, DatasetProfileDocument to) =>
        [.. pairs
            .Where(p => p.From.Type == p.To.Type && p.From.Type is ColumnType.Integer or ColumnType.Text or ColumnType.Date or ColumnType.Datetime)
            .Where(p => IsUnique(from, p.From.Name) && IsUnique(to, p.To.Name))
            .OrderBy(p => p.From.Meaning == ColumnMeaning.Identifier ? 0 : 1)
            .ThenBy(p => IsKeyName(p.From.Name) ? 0 : 1)
            .ThenBy(p => p.From.Type switch { ColumnType.Text => 0, ColumnType.Integer => 2, _ => 1 })
            .Take(1)];

    private static bool IsUnique(DatasetProfileDocument profile, string column) =>
        profile.Columns.FirstOrDefault(c => c.Name == column) is { Missing: 0, DistinctIsExact: true } found && found.Distinct == found.Count && found.Count > 0;

    private static bool IsKeyName(string name)
    {
        var lower = name.ToLowerInvariant();
        return KeyNames.Any(k => lower == k || lower.EndsWith("_" + k, StringComparison.Ordinal) || lower.EndsWith(" " + k, StringComparison.Ordinal)) || name.EndsWith("Id", StringComparison.Ordinal);
    }

    private static List<RenamedColumn> Renamed(
        List<DatasetColumn> removed, DatasetProfileDocument from, List<DatasetColumn> added, DatasetProfileDocument to, IReadOnlyDictionary<string, string> confirmed)
    {
        List<RenamedColumn> found = [];
        var free = added.ToList();
        foreach (var gone in removed)
        {
            if (confirmed.TryGetValue(gone.Name, out var said))
            {
                found.Add(new(gone.Name, said, IsCompared: true));
                free.RemoveAll(c => c.Name == said);
                continue;
            }

            var before = from.Columns.FirstOrDefault(c => c.Name == gone.Name);
            var candidates = free.Where(c => c.Type == gone.Type && !confirmed.Values.Contains(c.Name)
                && (Bare(c.Name) == Bare(gone.Name) || LooksAlike(before, to.Columns.FirstOrDefault(p => p.Name == c.Name)))).ToList();
            if (candidates is [var only])
            {
                found.Add(new(gone.Name, only.Name, IsCompared: false));
                free.Remove(only);
            }
        }

        return found;
    }

    private static string Bare(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    /// <summary>The same figures to the last digit: nearly always the same values.</summary>
    private static bool LooksAlike(ColumnProfile? a, ColumnProfile? b) =>
        a is not null && b is not null && a.Count > 0 && a.Count == b.Count && a.Missing == b.Missing && a.Distinct == b.Distinct && a.Distinct > 1 && Equals(a.Mean, b.Mean)
        && a.Min?.ToString() == b.Min?.ToString() && a.Max?.ToString() == b.Max?.ToString();
}

/// <summary>The same column in two tables.</summary>
internal sealed record MatchedColumns(DatasetColumn From, DatasetColumn To)
{
    /// <summary>Distributions of both can be laid over each other.</summary>
    public bool IsComparable => From.Type == To.Type || (IsNumber(From.Type) && IsNumber(To.Type));

    /// <summary>The column's value for comparing: as it is, and after a change of type as numbers or as text.</summary>
    public string Comparable(bool ofFrom)
    {
        var name = Sql.Name(ofFrom ? From.Name : To.Name);
        return From.Type == To.Type ? name : IsComparable ? $"{name}::DOUBLE" : $"{name}::VARCHAR";
    }

    private static bool IsNumber(ColumnType type) => type is ColumnType.Integer or ColumnType.Number;
}
