using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Datasets.Comparison;

namespace MLHub.Web.Datasets;

/// <summary>A comparison over REST.</summary>
public sealed record DiffAnswer(int From, int To, DiffSchemaAnswer Schema, DiffRowCountsAnswer Rows, IReadOnlyList<DiffColumnAnswer> Statistics)
{
    public static DiffAnswer Of(DatasetDiff d) => new(
        d.From,
        d.To,
        new([.. d.Schema.Added.Select(c => c.Name)], [.. d.Schema.Removed.Select(c => c.Name)], [.. d.Schema.Retyped.Select(r => new DiffRetypedAnswer(r.Name, r.From, r.To))], d.Schema.Renamed),
        new(d.Rows.Added, d.Rows.Removed, d.Rows.Changed, d.Rows.Same, d.Rows.FromRows, d.Rows.ToRows, d.Rows.Key, d.Rows.KeyIsGuessed, [.. d.Rows.Sample.Select(r => DiffRowAnswer.Of(r, d.Rows.Key))]),
        [.. d.Statistics.Select(s => new DiffColumnAnswer(s.ToColumn, s.Column, s.Type, s.Psi, s.MissingFrom, s.MissingTo, s.MeanFrom, s.MeanTo, s.Changed, s.Bins))]);
}

/// <param name="Renamed">Guesses; name them in <c>renamed=old:new</c> to compare such columns.</param>
public sealed record DiffSchemaAnswer(IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<DiffRetypedAnswer> Retyped, IReadOnlyList<RenamedColumn> Renamed);

public sealed record DiffRetypedAnswer(string Column, ColumnType From, ColumnType To);

/// <param name="Key">Columns that identified a row; empty when rows were compared as a whole.</param>
public sealed record DiffRowCountsAnswer(
    long Added, long Removed, long Changed, long Same, long FromRows, long ToRows, IReadOnlyList<string> Key, bool KeyIsGuessed, IReadOnlyList<DiffRowAnswer> Sample);

/// <param name="FromColumn">Its name in the older version.</param>
/// <param name="Psi">Population stability index: below 0.1 little moved, above 0.25 much.</param>
public sealed record DiffColumnAnswer(
    string Column, string FromColumn, ColumnType Type, double? Psi, long MissingFrom, long MissingTo, double? MeanFrom, double? MeanTo, long? Changed, IReadOnlyList<DiffBin> Bins);

/// <summary>A row that differs. Of a changed one only the cells that differ are listed, and those of the key.</summary>
public sealed record DiffRowAnswer(RowChange Kind, long? FromRow, long? ToRow, IReadOnlyList<DiffCellAnswer> Cells)
{
    public static DiffRowAnswer Of(ChangedRow row, IReadOnlyList<string> key) => new(
        row.Kind,
        row.FromRow,
        row.ToRow,
        [.. row.Cells.Where(c => row.Kind != RowChange.Changed || c.IsChanged || key.Contains(c.Column)).Select(c => new DiffCellAnswer(c.Column, c.From, c.To))]);
}

public sealed record DiffCellAnswer(string Column, object? From, object? To);

public sealed record DiffRowsAnswer(IReadOnlyList<DiffRowAnswer> Rows, long Total);

/// <param name="Message">By default that it was restored, and from where.</param>
public sealed record RestoreRequest(int Version, string? Message = null);

public sealed record RestoreAnswer(VersionAnswer Version);

public sealed record VersionEdit(IReadOnlyList<string>? Tags);

public sealed record UsesAnswer(IReadOnlyList<UseAnswer> Items);

/// <param name="Aliases">That point at the model version.</param>
/// <param name="Version">Of the dataset that is named.</param>
public sealed record UseAnswer(VersionUseKind Kind, Guid Id, string Name, bool IsActive, IReadOnlyList<string> Aliases, int? Version);
