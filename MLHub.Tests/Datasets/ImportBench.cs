using System.Globalization;
using System.Text;
using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Datasets;
using MLHub.Core.Jobs;

namespace MLHub.Tests.Datasets;

/// <summary>Runs an import as its job would, without the process around it.</summary>
internal static class ImportBench
{
    public static Imported Text(string text, ImportOptions? options = null) => Bytes(Encoding.UTF8.GetBytes(text), options);

    public static Imported Bytes(byte[] bytes, ImportOptions? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("mlhub-import-").FullName;
        var path = Path.Combine(folder, "original");
        File.WriteAllBytes(path, bytes);
        return File_(path, folder, options);
    }

    public static Imported File_(string path, string folder, ImportOptions? options = null)
    {
        var output = Directory.CreateDirectory(Path.Combine(folder, "out")).FullName;
        var scratch = Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName;
        var task = new JobTask(
            ImportResult.JobKind,
            JsonSerializer.SerializeToElement(new ImportSpec("file.csv", options ?? new()), HubJson.Options),
            new Dictionary<string, string> { [ImportResult.Original] = path },
            output,
            scratch,
            2,
            4L * 1024 * 1024 * 1024);
#pragma warning disable RS0030 // Tables of cases are built without a loop of awaits.
        var result = DatasetsSetup.CreateImportHandler().RunAsync(task, new SilentReporter(), TestContext.Current.CancellationToken).GetAwaiter().GetResult();
#pragma warning restore RS0030
        return new Imported(folder, result.Deserialize<ImportResult>(HubJson.Options)!);
    }

    public static HubException Refused(byte[] bytes, ImportOptions? options = null) => Assert.Throws<HubException>(() => Bytes(bytes, options).Dispose());

    public static HubException Refused(string text, ImportOptions? options = null) => Refused(Encoding.UTF8.GetBytes(text), options);

    private sealed class SilentReporter : IJobReporter
    {
        public CancellationToken FinishRequested => CancellationToken.None;

        public void Progress(double progress, string stage, string? message = null) => Assert.InRange(progress, 0, 1);

        public void Log(JobLogLevel level, string text)
        {
        }

        public void Metric(string key, long step, double value)
        {
        }
    }
}

internal sealed class Imported(string folder, ImportResult result) : IDisposable
{
    public ImportReport Report => result.Report;

    public IReadOnlyList<DatasetColumn> Columns => result.Columns;

    public long RowCount => result.RowCount;

    public string RowsPath => Path.Combine(folder, "out", VersionOwner.Rows);

    /// <summary><c>name:type</c> of each column.</summary>
    public string Schema => string.Join(' ', Columns.Select(c => $"{c.Name}:{c.Type.ToString().ToLowerInvariant()}"));

    public DatasetProfileDocument Profile => HubJson.Read<DatasetProfileDocument>(File.ReadAllText(Path.Combine(folder, "out", VersionOwner.Profile)));

    /// <summary>Cells as text, <c>∅</c> for missing ones, without the row id.</summary>
    public IReadOnlyList<string[]> Rows => Read(RowsPath, $"SELECT * EXCLUDE ({Sql.Name(ColumnSchema.RowId)}) FROM t ORDER BY {Sql.Name(ColumnSchema.RowId)}");

    public IReadOnlyList<string[]> Rejects
    {
        get
        {
            var path = Path.Combine(folder, "out", ImportResult.Rejects);
            return File.Exists(path) ? Read(path, "SELECT * FROM t") : [];
        }
    }

    public string Cells => string.Join('|', Rows.Select(r => string.Join(',', r)));

    public bool Notes(string code) => Report.Notes.Any(n => n.Code == code);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static List<string[]> Read(string path, string sql)
    {
        using var connection = Sql.Open(null, Path.GetTempPath(), 1, 256L * 1024 * 1024);
        using var command = connection.CreateCommand();
        command.CommandText = sql.Replace("FROM t", $"FROM read_parquet({Sql.Text(path)})", StringComparison.Ordinal);
        using var reader = command.ExecuteReader();
        List<string[]> rows = [];
        while (reader.Read())
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "∅" : Show(reader.GetValue(i)))]);
        }

        return rows;
    }

    private static string Show(object value) => value switch
    {
        DateTime moment => moment.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        TimeOnly time => time.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        bool yes => yes ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
