using System.IO.Compression;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Tests.Support;

namespace MLHub.Tests.Datasets;

/// <summary>The same table, written in another format, is the same table; the real JSON files hold what Python finds in them.</summary>
public sealed class FormatEquivalenceTests
{
    public static TheoryData<string, string> Tables
    {
        get
        {
            TheoryData<string, string> tables = [];
            foreach (var file in (string[])["iris.csv", "airquality.csv", "seattle-weather.csv", "stocks.csv", "BreastCancer.csv", "PimaIndiansDiabetes2.csv", "Vehicle.csv"])
            {
                foreach (var format in (string[])["json", "ndjson", "parquet", "xlsx", "csv.gz", "ndjson.gz", "parquet.gz"])
                {
                    tables.Add(file, format);
                }
            }

            return tables;
        }
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void The_same_table_in_another_format_has_the_same_types_and_cells(string file, string format)
    {
        using var first = new TestFolder();
        using var second = new TestFolder();
        var csv = ImportBench.File_(TestData.Path(file), first.Path);
        var path = second.File("again");
        Write(csv, TestData.Path(file), format, path);

        var again = ImportBench.File_(path, second.Path);

        Assert.Equal(csv.Schema, again.Schema);
        Assert.Equal(csv.Rows.Count, again.Rows.Count);
        Assert.Equal(csv.Cells, again.Cells);
        Assert.Equal(format.EndsWith(".gz", StringComparison.Ordinal) ? "gzip" : null, again.Report.Compression);
    }

    [Theory]
    [InlineData("cars.json")]
    [InlineData("movies.json")]
    [InlineData("penguins.json")]
    public void A_real_json_file_holds_what_python_finds_in_it(string name)
    {
        using var folder = new TestFolder();
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Datasets", "reference_json.json")));
        var reference = document.RootElement.GetProperty(name);

        var imported = ImportBench.File_(TestData.Path(name), folder.Path);

        Assert.Equal(reference.GetProperty("rows").GetInt64(), imported.RowCount);
        var expected = reference.GetProperty("columns").EnumerateObject().ToList();
        Assert.Equal(expected.Select(c => c.Name), imported.Columns.Select(c => c.OriginalName ?? c.Name));
        foreach (var (column, index) in expected.Select((c, i) => (c, i)))
        {
            var report = imported.Report.Columns[index];
            Assert.Equal((column.Name, column.Value.GetProperty("null").GetInt64()), (column.Name, report.Missing - report.NullTokens.Values.Sum()));
            if (!column.Value.TryGetProperty("sum", out var sum))
            {
                continue;
            }

            var values = imported.Rows.Select(r => r[index]).Where(c => c != "∅").Select(c => double.Parse(c, System.Globalization.CultureInfo.InvariantCulture)).ToList();
            Assert.Equal((column.Name, column.Value.GetProperty("whole").GetBoolean() ? ColumnType.Integer : ColumnType.Number), (column.Name, report.Type));
            Assert.Equal(sum.GetDouble(), values.Sum(), 1e-6);
            Assert.Equal((column.Value.GetProperty("min").GetDouble(), column.Value.GetProperty("max").GetDouble()), (values.Min(), values.Max()));
        }
    }

    private static void Write(Imported csv, string original, string format, string path)
    {
        using var folder = new TestFolder();
        var plain = folder.File("plain");
        var kind = format.Replace(".gz", "", StringComparison.Ordinal);
        if (kind == "csv")
        {
            File.Copy(original, plain);
        }
        else if (kind == "xlsx")
        {
            object?[][] rows = [csv.Columns.Select(c => (object?)(c.OriginalName ?? c.Name)).ToArray(), .. csv.Rows.Select(r => r.Select((cell, i) => Value(csv.Columns[i].Type, cell)).ToArray())];
            File.WriteAllBytes(plain, new TestWorkbook().Sheet("table", rows).Bytes());
        }
        else
        {
            using var connection = Sql.Open(null, folder.Path, 1, 512L * 1024 * 1024);
            var columns = string.Join(", ", csv.Columns.Select(c => $"{Sql.Name(c.Name)} AS {Sql.Name(c.Name)}"));
            var options = kind == "parquet" ? "FORMAT parquet" : $"FORMAT json, ARRAY {(kind == "json" ? "true" : "false")}";
            connection.Run($"COPY (SELECT {columns} FROM read_parquet({Sql.Text(csv.RowsPath)}) ORDER BY {Sql.Name(ColumnSchema.RowId)}) TO {Sql.Text(plain)} ({options})");
        }

        if (kind == format)
        {
            File.Move(plain, path);
            return;
        }

        using var source = File.OpenRead(plain);
        using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        source.CopyTo(packed);
    }

    private static object? Value(ColumnType type, string cell) => (type, cell) switch
    {
        (_, "∅") => null,
        (ColumnType.Integer or ColumnType.Number, _) => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture),
        (ColumnType.Date, _) => new TestWorkbook.Styled(DateTime.Parse(cell, System.Globalization.CultureInfo.InvariantCulture).ToOADate(), TestWorkbook.Day),
        _ => cell,
    };
}
