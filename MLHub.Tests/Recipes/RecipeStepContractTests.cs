using System.Globalization;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Tests.Recipes;

/// <summary>What every step keeps, found by the catalog: a new one is tested by being there and needs one line of example here.</summary>
public sealed class RecipeStepContractTests
{
    private static readonly ColumnSchema[] _columns =
    [
        new("n", ColumnType.Number), new("i", ColumnType.Integer), new("t", ColumnType.Text), new("b", ColumnType.Boolean), new("d", ColumnType.Date), new("m", ColumnType.Datetime),
        new("select", ColumnType.Text), new("x\"; drop table source;--", ColumnType.Number), new("ünï cödé $1 {0}", ColumnType.Text), new("h", ColumnType.Time),
    ];

    private static readonly Dictionary<string, string> _examples = new()
    {
        ["filter_rows"] = """{"filter": "n > 1 and \"x\"\"; drop table source;--\" is not null"}""",
        ["drop_missing"] = """{"columns": ["n", "ünï cödé $1 {0}"]}""",
        ["drop_duplicates"] = """{"columns": ["select", "x\"; drop table source;--"]}""",
        ["sort"] = """{"columns": ["x\"; drop table source;--", "t"], "descending": ["t"]}""",
        ["sample_rows"] = """{"method": "rows", "rows": 2}""",
        ["drop_columns"] = """{"columns": ["x\"; drop table source;--"]}""",
        ["keep_columns"] = """{"columns": ["ünï cödé $1 {0}", "n"]}""",
        ["rename_columns"] = """{"names": {"x\"; drop table source;--": "y'; --", "select": "from"}}""",
        ["reorder_columns"] = """{"columns": ["ünï cödé $1 {0}"]}""",
        ["cast"] = """{"columns": ["ünï cödé $1 {0}", "t"], "type": "integer"}""",
        ["derive_column"] = """{"name": "it's \"new\"", "expression": "\"x\"\"; drop table source;--\" * 2 + length(\"ünï cödé $1 {0}\")"}""",
        ["fill_missing"] = """{"columns": ["n", "x\"; drop table source;--"], "method": "mean", "by": ["select"]}""",
        ["map_values"] = """{"column": "ünï cödé $1 {0}", "values": {"a'; --": "b$2"}}""",
        ["clip_outliers"] = """{"columns": ["x\"; drop table source;--"]}""",
        ["bin"] = """{"columns": ["x\"; drop table source;--"], "bins": 3, "labels": "range"}""",
        ["round"] = """{"columns": ["x\"; drop table source;--"], "digits": 1}""",
        ["trim"] = """{"columns": ["select"], "inside": true}""",
        ["change_case"] = """{"columns": ["ünï cödé $1 {0}"], "to": "title"}""",
        ["normalise_text"] = """{"columns": ["ünï cödé $1 {0}"], "accents": true, "punctuation": true}""",
        ["replace"] = """{"columns": ["select"], "find": "$1", "with": "\\", "ignoreCase": true}""",
        ["split_column"] = """{"column": "ünï cödé $1 {0}", "separator": " ", "names": ["one", "two"]}""",
        ["concat_columns"] = """{"columns": ["ünï cödé $1 {0}", "d", "b"], "name": "all", "drop": true}""",
        ["extract_text"] = """{"column": "ünï cödé $1 {0}", "pattern": "([a-z])", "name": "letter"}""",
        ["date_parts"] = """{"column": "m", "parts": ["year", "weekday", "is_weekend", "hour"], "drop": true}""",
        ["date_difference"] = """{"from": "d", "to": "m", "unit": "months", "name": "months"}""",
        ["one_hot"] = """{"columns": ["ünï cödé $1 {0}", "b"], "missing": true, "maxClasses": 2}""",
        ["ordinal"] = """{"columns": ["select", "i"]}""",
        ["group_rare"] = """{"columns": ["ünï cödé $1 {0}"], "method": "count", "count": 2}""",
        ["standardise"] = """{"columns": ["x\"; drop table source;--", "i"]}""",
        ["min_max"] = """{"columns": ["x\"; drop table source;--"], "clip": true}""",
        ["robust_scale"] = """{"columns": ["x\"; drop table source;--", "n"]}""",
        ["log"] = """{"columns": ["x\"; drop table source;--"]}""",
        ["power"] = """{"columns": ["x\"; drop table source;--"]}""",
        ["sql"] = """{"sql": "SELECT 1 AS one FROM dataset"}""",
    };

    private static readonly string[] _full =
    [
        "1.5, 1, ' Ab c', true, DATE '2024-02-29', TIMESTAMP '2024-03-31 12:30:00', 'a', 4, 'é$1 b', TIME '10:00:00'",
        "NULL, 2, 'x''y', false, NULL, TIMESTAMP '2023-01-01', 'a', -1, NULL, NULL",
        "'nan'::DOUBLE, 3, NULL, NULL, DATE '1999-12-31', NULL, 'b', 'infinity'::DOUBLE, 'é$1 b', TIME '23:59:59'",
        "2.5, NULL, '12', true, DATE '2024-01-01', TIMESTAMP '2024-01-01', NULL, NULL, 'a''; --', NULL",
        "2.5, NULL, '12', true, DATE '2024-01-01', TIMESTAMP '2024-01-01', NULL, 7, '', NULL",
    ];

    private static readonly string _nothing = string.Join(", ", _columns.Select(_ => "NULL"));

    public static TheoryData<string> InEngine => [.. RecipeCatalog.Descriptors.Where(d => d.Name != "sql").Select(d => d.Name)];

    public static TheoryData<string> All => [.. RecipeCatalog.Descriptors.Select(d => d.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_step_describes_itself_to_somebody_who_has_never_used_it(string name)
    {
        var step = RecipeCatalog.Require(name);

        Assert.Matches("^[a-z_]+$", name);
        Assert.True(step.Descriptor is { Title.Length: > 2, Summary.Length: > 10, Keywords.Count: > 0 });
        Assert.Contains(step.Descriptor.Category, new[] { "rows", "columns", "values", "text", "dates", "encode", "scale", "script" });
        Assert.All(step.Descriptor.Parameters, p => Assert.True(p is { Title.Length: > 0, Help.Length: > 5 }, p.Name));
        Assert.All(step.Descriptor.Parameters.Where(p => p.Type == StepParameterType.Choice), p => Assert.Contains(p.Default!.Value.GetString(), p.Choices!));
        Assert.NotEmpty(RecipeCatalog.Sentence(new(name)));
        Assert.DoesNotContain("…", RecipeCatalog.Sentence(Steps.Of(name, _examples[name])));
    }

    [Theory]
    [MemberData(nameof(InEngine))]
    public void A_step_works_on_tables_that_hold_little_or_nothing(string name)
    {
        var step = Steps.Of(name, _examples[name]);
        foreach (var rows in new string[][] { [], [_full[0]], [_nothing], [_nothing, _nothing, _nothing], _full })
        {
            using var table = StepTable.Of(_columns, rows);

            var (columns, after) = table.Run(step);

            Assert.NotEmpty(columns);
            Assert.Equal(columns.Count, columns.Select(c => c.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
            Assert.True(after.Count <= rows.Length);
            Assert.All(after.SelectMany(r => r.Zip(columns)).Where(c => c.First is not null), c => Assert.Equal(TypeOf(c.Second.Type), c.First!.GetType()));
        }
    }

    [Theory]
    [MemberData(nameof(InEngine))]
    public void A_step_does_the_same_again_and_after_its_state_was_stored(string name)
    {
        using var table = StepTable.Of(_columns, _full);
        var steps = new[] { Steps.Of(name, _examples[name]) };

        var fitted = RecipeRunner.Fit(table.Connection, StepTable.Name, table.Columns, steps, null, default);
        var stored = HubJson.Read<FittedRecipe>(HubJson.Write(fitted));
        RecipeRunner.Apply(table.Connection, StepTable.Name, fitted, "first", default);
        RecipeRunner.Apply(table.Connection, StepTable.Name, stored, "second", default);

        Assert.Equal(Text(table.Run(steps)), Read(table, "first", fitted));
        Assert.Equal(Read(table, "first", fitted), Read(table, "second", stored));
    }

    [Theory]
    [MemberData(nameof(InEngine))]
    public void Single_rows_get_what_they_got_among_all(string name)
    {
        using var table = StepTable.Of(_columns, _full);
        var fitted = RecipeRunner.Fit(table.Connection, StepTable.Name, table.Columns, [Steps.Of(name, _examples[name])], null, default);
        if (fitted.Steps[0].Scope != StepScope.Row)
        {
            Assert.Equal(fitted.Input, fitted.Output);
        }

        var rows = table.Run().Rows;
        using var scorer = new RecipeScorer(fitted);
        var alone = rows.ConvertAll(r => scorer.Apply([r], default).Single());

        var expected = fitted.Steps[0].Scope == StepScope.Row ? table.Run(Steps.Of(name, _examples[name])).Rows : rows;
        Assert.Equal(Text((fitted.Output, expected)), Text((fitted.Output, alone)));
    }

    [Theory]
    [MemberData(nameof(InEngine))]
    public void Nonsense_in_a_parameter_is_refused_by_its_name(string name)
    {
        var descriptor = RecipeCatalog.Require(name).Descriptor;
        var example = Steps.Of(name, _examples[name]).Parameters!;
        using var table = StepTable.Of(_columns, _full);
        foreach (var parameter in descriptor.Parameters)
        {
            var nonsense = new Dictionary<string, JsonElement>(example) { [parameter.Name] = JsonSerializer.SerializeToElement(new { nonsense = new[] { 1 } }) };
            if (parameter.When is { } when)
            {
                nonsense[when.Parameter] = JsonSerializer.SerializeToElement(when.Values[0]);
            }

            if (parameter.Type == StepParameterType.Map)
            {
                nonsense[parameter.Name] = JsonSerializer.SerializeToElement("nonsense");
            }

            var refused = Assert.Throws<StepException>(() => table.Run(new RecipeStep(name, nonsense)));

            Assert.Equal(parameter.Name, refused.Parameter);
        }

        Assert.Equal("nonsense", Assert.Throws<StepException>(() => table.Run(Steps.Of(name, new { nonsense = 1 }))).Parameter);
    }

    [Theory]
    [MemberData(nameof(InEngine))]
    public void A_required_parameter_is_asked_for(string name)
    {
        var example = Steps.Of(name, _examples[name]).Parameters!;
        using var table = StepTable.Of(_columns, _full);
        foreach (var parameter in RecipeCatalog.Require(name).Descriptor.Parameters.Where(p => p is { Required: true, Default: null, When: null }))
        {
            var refused = Assert.Throws<StepException>(() => table.Run(new RecipeStep(name, example.Where(e => e.Key != parameter.Name).ToDictionary())));

            Assert.Equal((parameter.Name, "REQUIRED"), (refused.Parameter, refused.Code));
        }
    }

    private static Type TypeOf(ColumnType type) => type switch
    {
        ColumnType.Integer => typeof(long),
        ColumnType.Number => typeof(double),
        ColumnType.Boolean => typeof(bool),
        ColumnType.Date => typeof(DateOnly),
        ColumnType.Datetime => typeof(DateTime),
        ColumnType.Time => typeof(TimeOnly),
        _ => typeof(string),
    };

    private static string Read(StepTable table, string name, FittedRecipe recipe)
    {
        using var command = table.Connection.CreateCommand();
        command.CommandText = $"SELECT * EXCLUDE (__row_id) FROM {name}";
        using var reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        }

        return Text((recipe.Output, rows));
    }

    private static string Text((IReadOnlyList<ColumnSchema> Columns, List<object?[]> Rows) table) =>
        $"{string.Join('|', table.Columns.Select(c => $"{c.Name}:{c.Type}"))}\n{string.Join('\n', table.Rows.Select(r => string.Join('|', r.Select(c => Convert.ToString(c, CultureInfo.InvariantCulture)))))}";
}
