using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Datasets;

namespace MLHub.Core.Recipes;

/// <summary>A recipe on its way over a table: takes one step after the other and says what each did.</summary>
internal sealed class RecipeProgress(RecipeChain chain, bool measures, RecipeWorkshop? workshop = null)
{
    private const int LongestStatement = 2_000_000;

    private long? _rows;
    private int _files;

    public RecipeChain Chain => chain;

    /// <summary>Rows that the chain has now.</summary>
    public long Rows => _rows ??= StepRows.Long(chain.Figures(["count(*)"])[0]);

    /// <summary>Takes a step of any kind.</summary>
    /// <exception cref="StepException">Nothing was added.</exception>
    public async Task<StepResult> TakeAsync(RecipeStep step, CancellationToken cancellationToken)
    {
        if (RecipeCatalog.Require(step.Step) is not ITableStep outside)
        {
            return Take(step);
        }

        var clock = Stopwatch.StartNew();
        var arguments = StepArguments.Check(outside.Descriptor, step, chain.Columns);
        if (workshop?.Sandbox is not { } sandbox)
        {
            throw new StepException("SQL_SANDBOX_OFF", null, "This server runs no SQL of users.");
        }

        var (source, target) = (Path.Combine(workshop.Folder, $"in-{++_files}.parquet"), Path.Combine(workshop.Folder, $"out-{_files}.parquet"));
        var (before, rowsBefore) = (chain.Columns, Rows);
        try
        {
            chain.Run($"COPY ({chain.Statement($"SELECT {Sql.Name(Hidden.Id)}{string.Concat(before.Select(c => $", {Sql.Name(c.Name)}"))} FROM {chain.Current} ORDER BY {Sql.Name(Hidden.Id)}")}) TO {Sql.Text(source)} (FORMAT parquet)");
            var columns = await outside.RunAsync(arguments, source, target, sandbox, workshop.Limits, cancellationToken);
            chain.Replace($"read_parquet({Sql.Text(target)})", columns);
            chain.Keep();
        }
        catch (DuckDBException failed)
        {
            throw Explained(failed);
        }
        finally
        {
            File.Delete(source);
            File.Delete(target);
        }

        _rows = null;
        return new(null, StepSelect.Of(before, chain.Columns))
        {
            RowsAfter = Rows,
            RowsRemoved = Math.Max(0, rowsBefore - Rows),
            AddedColumns = [.. chain.Columns.Where(c => before.All(b => b.Name != c.Name)).Select(c => c.Name)],
            RemovedColumns = [.. before.Where(b => chain.Columns.All(c => c.Name != b.Name)).Select(b => b.Name)],
            Warning = Rows > rowsBefore ? string.Create(CultureInfo.InvariantCulture, $"There are {Rows - rowsBefore} more rows than before.") : null,
            Milliseconds = Math.Round(clock.Elapsed.TotalMilliseconds, 1),
        };
    }

    /// <summary>Takes the step: learns, unless <paramref name="known"/> says what was learned before, and adds what comes out to the chain.</summary>
    /// <exception cref="StepException">Nothing was added.</exception>
    public StepResult Take(RecipeStep step, JsonElement? known = null, bool isFitted = false)
    {
        var clock = Stopwatch.StartNew();
        var definition = RecipeCatalog.Require(step.Step);
        try
        {
            var input = new StepInput(StepArguments.Check(definition.Descriptor, step, chain.Columns), chain.Columns);
            var state = isFitted ? known : definition.Fit(input, new StepRows(chain));
            var select = definition.Apply(input, state, chain.NewSql());
            if (select.Columns.Count == 0)
            {
                throw new StepException("NO_COLUMNS", null, "This would leave no column at all.");
            }

            RequireBounds(select);
            var before = chain.Columns;
            var effect = measures ? Measure(select) : default;
            var rowsBefore = measures ? Rows : 0;
            chain.Add(select);
            _rows = measures ? effect.Rows : null;
            var added = select.Columns.Where(c => c.Origin is null).Select(c => c.Name).ToList();
            var origins = select.Columns.Where(c => c.Origin is not null).Select(c => c.Origin!).ToHashSet();
            return new(state, select)
            {
                RowsAfter = effect.Rows,
                RowsRemoved = rowsBefore - effect.Rows,
                CellsChanged = effect.Cells,
                AddedColumns = added,
                RemovedColumns = [.. before.Where(c => !origins.Contains(c.Name)).Select(c => c.Name)],
                Warning = Warning(select, effect.Counts),
                Milliseconds = Math.Round(clock.Elapsed.TotalMilliseconds, 1),
            };
        }
        catch (DuckDBException failed)
        {
            throw Explained(failed);
        }
    }

    /// <summary>What the engine says, without the statement and without paths.</summary>
    public static StepException Explained(DuckDBException failed)
    {
        var first = failed.Message.Split('\n')[0].Trim();
        if (first.Contains("Out of Memory", StringComparison.OrdinalIgnoreCase))
        {
            return new("TOO_LARGE", null, "This step needs more memory than it may have here. Take fewer columns, or make shorter texts.");
        }

        var text = first.Contains(": ", StringComparison.Ordinal) ? first[(first.IndexOf(": ", StringComparison.Ordinal) + 2)..] : first;
        return new("STEP_FAILED", null, $"This cannot be computed: {(text.Contains('/', StringComparison.Ordinal) ? "the values do not fit this step." : text.Length > 300 ? text[..300] + "…" : text)}");
    }

    /// <summary>A thousand cases for each of a thousand columns would keep the engine reading the statement, and nothing stops it then.</summary>
    private static void RequireBounds(StepSelect select)
    {
        if (select.Columns.Count > RecipeCatalog.MaxColumns)
        {
            throw new StepException("TOO_MANY_COLUMNS", null, $"This would make more than {RecipeCatalog.MaxColumns} columns.");
        }

        if (select.Columns.Sum(c => (long)(c.Expression?.Length ?? 0)) > LongestStatement)
        {
            throw new StepException("TOO_LARGE", null, "This is too much for one step. Take fewer columns at a time.");
        }
    }

    private (long Rows, long Cells, long[] Counts) Measure(StepSelect select)
    {
        var changed = select.Columns.Where(c => c.Expression is not null && c.Origin is not null).ToList();
        if (changed.Count == 0 && select.Where is null && select.Counted.Count == 0)
        {
            return (Rows, 0, []);
        }

        var inner = changed.SelectMany((c, i) => new[] { $"{Sql.Name(c.Origin!)} AS o{i}", $"{c.Sql} AS n{i}" })
            .Concat(select.Counted.Select((w, i) => $"({w.Condition}) AS w{i}")).Append("1 AS one");
        var outer = changed.Select((c, i) => $"count(*) FILTER ({Cells.Differ($"o{i}", c.OriginType!.Value, $"n{i}", c.Type)})")
            .Concat(select.Counted.Select((_, i) => $"count(*) FILTER (w{i})")).Append("count(*)").ToList();
        var figures = chain.Figures(outer, $"(SELECT {string.Join(", ", inner)} FROM {chain.Current}{chain.Where(select)})").Select(StepRows.Long).ToArray();
        return (figures[^1], figures[..changed.Count].Sum(), figures[changed.Count..^1]);
    }

    private static string? Warning(StepSelect select, long[]? counts)
    {
        var counted = select.Together is { } together && counts is not null ? [(together, counts.Sum())] : select.Counted.Select(w => w.Text).Zip(counts ?? []).ToList();
        var warnings = counted.Select(c => c.Item2 == 0 ? null : string.Format(CultureInfo.InvariantCulture, c.Item1, c.Item2)).Prepend(select.Warning).OfType<string>().ToList();
        return warnings.Count == 0 ? null : string.Join(' ', warnings);
    }
}

/// <summary>What a step learned and did. Figures are there when they were asked for.</summary>
internal sealed record StepResult(JsonElement? State, StepSelect Select)
{
    public long RowsAfter { get; init; }

    public long RowsRemoved { get; init; }

    public long CellsChanged { get; init; }

    public IReadOnlyList<string> AddedColumns { get; init; } = [];

    public IReadOnlyList<string> RemovedColumns { get; init; } = [];

    public string? Warning { get; init; }

    public double Milliseconds { get; init; }
}
