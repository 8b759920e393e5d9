using System.Globalization;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Tests.Support;

namespace MLHub.Tests.Datasets;

/// <summary>A profile is computed in memory, or by the engine where a table is too long for it: the figures are the same.</summary>
public sealed class DatasetProfilerTests
{
    private const string Rows =
        """
        SELECT range AS "__row_id",
            CASE range % 7 WHEN 0 THEN NULL WHEN 1 THEN 9007199254740993 WHEN 2 THEN 9007199254740992 WHEN 3 THEN 0 ELSE range % 50 - 20 END AS whole,
            CASE range % 11 WHEN 0 THEN NULL WHEN 1 THEN 'nan'::DOUBLE WHEN 2 THEN 'inf'::DOUBLE WHEN 3 THEN '-inf'::DOUBLE WHEN 4 THEN 0.0 ELSE (range % 37) / 8 - 1 END AS number,
            CASE range % 5 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN '-inf'::DOUBLE END AS unreal,
            0.1::DOUBLE AS same,
            CASE range % 9 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN ' Übermut ' WHEN 3 THEN chr(128512) || 'a' WHEN 4 THEN chr(65518) WHEN 5 THEN 'a' || chr(160) WHEN 6 THEN 'AB-' || range ELSE 'x' || chr(9) END AS text,
            'ada' || range % 40 || '@example.org' AS mail,
            CASE WHEN range % 5 = 0 THEN '4111 1111 1111 1111' ELSE '5500000000000004' END AS card,
            '+49 30 ' || (1000000 + range) AS phone,
            CASE WHEN range < 150 THEN 'often' ELSE 'rare' || range % 3 END AS class,
            CASE range % 4 WHEN 0 THEN NULL WHEN 1 THEN true ELSE false END AS flag,
            DATE '1969-12-20' + (range * range % 90)::INTEGER AS day,
            CASE WHEN range % 6 > 0 THEN TIMESTAMP '1969-12-31 23:59:59.5' + to_microseconds(range * 5000000123) END AS moment,
            TIME '00:00:00' + to_milliseconds(range * 400100) AS hour,
            CASE WHEN range = 3 THEN DATE '20000-02-29' WHEN range > 100 THEN DATE '2020-01-01' END AS far,
            NULL::VARCHAR AS nothing,
            NULL::BIGINT AS none
        FROM range(200)
        """;

    private static readonly ColumnSchema[] Columns =
    [
        new("whole", ColumnType.Integer), new("number", ColumnType.Number), new("unreal", ColumnType.Number), new("same", ColumnType.Number),
        new("text", ColumnType.Text), new("mail", ColumnType.Text), new("card", ColumnType.Text), new("phone", ColumnType.Text), new("class", ColumnType.Text),
        new("flag", ColumnType.Boolean), new("day", ColumnType.Date), new("moment", ColumnType.Datetime), new("hour", ColumnType.Time), new("far", ColumnType.Date),
        new("nothing", ColumnType.Text), new("none", ColumnType.Integer),
    ];

    [Theory]
    [InlineData(0, 1_000_000)]
    [InlineData(1_000_000, 4)]
    public void The_engine_and_the_memory_find_the_same_figures(long memoryRows, int memoryTexts)
    {
        using var folder = new TestFolder();
        var path = Write(folder, Rows);
        var inMemory = new DatasetProfiler(folder.Path, 2, 256L * 1024 * 1024).Profile(path, Columns, _ => { }, default);

        var byEngine = new DatasetProfiler(folder.Path, 2, 256L * 1024 * 1024) { MemoryRows = memoryRows, MemoryTexts = memoryTexts }.Profile(path, Columns, _ => { }, default);

        Assert.All(inMemory.Columns.Zip(byEngine.Columns), pair => Assert.Equal(Comparable(pair.Second), Comparable(pair.First)));
        Assert.Equal(["email", "card", "phone"], inMemory.Columns.Where(c => c.Text?.Kind is not null).Select(c => c.Text!.Kind));
    }

    /// <summary>The engine's quantile_cont says 0.9000000000000001 for these, above which no value lies.</summary>
    [Fact]
    public void A_quantile_between_equal_values_is_that_value()
    {
        using var folder = new TestFolder();
        var path = Write(folder, "SELECT range AS \"__row_id\", CASE WHEN range < 3 THEN range / 10 ELSE 0.9::DOUBLE END AS n FROM range(48)");

        var column = new DatasetProfiler(folder.Path, 2, 256L * 1024 * 1024).Profile(path, [new("n", ColumnType.Number)], _ => { }, default).Columns[0];

        Assert.Equal([0.9, 0.9, 0.9, 0.9, 0.9], new[] { column.P25, column.Median, column.P75, column.P95, column.P99 }.Select(q => q!.Value));
        Assert.Equal(3, column.Outliers);
    }

    [Fact]
    public void Values_that_are_all_the_same_do_not_deviate()
    {
        using var folder = new TestFolder();
        var path = Write(folder, Rows);

        var column = new DatasetProfiler(folder.Path, 2, 256L * 1024 * 1024).Profile(path, [new("same", ColumnType.Number)], _ => { }, default).Columns[0];

        Assert.Equal((0.1, 0.0), (column.Mean!.Value, column.StdDev!.Value));
    }

    private static string Write(TestFolder folder, string rows)
    {
        using var connection = Sql.Open(null, folder.Path, 2, 256L * 1024 * 1024);
        connection.Run($"COPY ({rows}) TO {Sql.Text(folder.File("rows.parquet"))} (FORMAT parquet)");
        return folder.File("rows.parquet");
    }

    /// <summary>Without what the engine estimates, and with as many digits as sums in another order share.</summary>
    private static string Comparable(ColumnProfile column) => HubJson.Write(column with
    {
        Mean = Rounded(column.Mean),
        StdDev = Rounded(column.StdDev),
        Skewness = Rounded(column.Skewness),
        Kurtosis = Rounded(column.Kurtosis),
        P1 = null,
        P5 = null,
        P25 = null,
        Median = null,
        P75 = null,
        P95 = null,
        P99 = null,
        LowFence = null,
        HighFence = null,
        Outliers = null,
        QuantilesAreExact = true,
    });

    private static double? Rounded(double? value) => value is null ? null : double.Parse(value.Value.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
