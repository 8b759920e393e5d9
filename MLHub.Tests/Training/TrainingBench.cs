using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Evaluation;
using MLHub.Core.Jobs;
using MLHub.Core.Queries;
using MLHub.Core.Training;
using MLHub.Tests.Support;
using MLHub.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Models;
using MLHub.Training.Runs;
using MLHub.Training.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MLHub.Tests.Training;

/// <summary>Rows as the hub stores them, and the real handler to train on them.</summary>
internal sealed class TrainingBench : IDisposable
{
    private readonly TestFolder _folder = new();
    private int _runs;

    private TrainingBench(string sql)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"CREATE TABLE rows AS SELECT (row_number() OVER ()) - 1 AS {ColumnSchema.RowId}, * FROM ({sql})";
        command.ExecuteNonQuery();
        command.CommandText = $"COPY rows TO '{Parquet}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        command.CommandText = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'rows' ORDER BY column_index";
        using var reader = command.ExecuteReader();
        var columns = new List<ColumnSchema>();
        while (reader.Read())
        {
            if (reader.GetString(0) != ColumnSchema.RowId)
            {
                columns.Add(new(reader.GetString(0), Type(reader.GetString(1))));
            }
        }

        Columns = columns;
    }

    public string Parquet => _folder.File("rows.parquet");

    public IReadOnlyList<ColumnSchema> Columns { get; }

    public static AlgorithmCatalog Catalog { get; } = new(AlgorithmList.All.Select(a => a.Descriptor));

    /// <param name="select">What to take from the view <c>data</c>.</param>
    public static TrainingBench FromCsv(string file, string select = "SELECT * FROM data") =>
        new($"WITH data AS (SELECT * FROM read_csv('{TestData.Path(file)}', nullstr = ['', 'NA'])) {select}");

    public static TrainingBench FromSql(string sql) => new(sql);

    public async Task<TrainedRun> TrainAsync(TrainingConfiguration configuration, CollectingReporter? reporter = null, CancellationToken cancellationToken = default)
    {
        var task = Task(configuration);
        await using var services = new ServiceCollection().AddTraining().BuildServiceProvider();
        using var own = new CollectingReporter();
        var handler = services.GetServices<IJobHandler>().Single(h => h.Kind == TrainingSpec.JobKind);
        var result = await handler.RunAsync(task, reporter ?? own, cancellationToken);
        return new(result.Deserialize<TrainingResult>(HubJson.Options)!, task.OutputFolder);
    }

    /// <summary>In a process of its own, as a worker does it.</summary>
    public async Task<TrainedRun> TrainInChildAsync(TrainingConfiguration configuration)
    {
        var task = Task(configuration);
        var executor = new ChildProcessExecutor(Options.Create(new JobOptions()), Options.Create(new QueryOptions()), TimeProvider.System);
        var end = await executor.ExecuteAsync(task, task.OutputFolder, TimeSpan.FromMinutes(5), _ => { }, CancellationToken.None, CancellationToken.None);
        Assert.True(end.Failure is null, end.Failure?.ToString());
        return new(end.Result!.Value.Deserialize<TrainingResult>(HubJson.Options)!, task.OutputFolder);
    }

    public TrainingRows Read(TrainingConfiguration configuration) =>
        TrainingRows.Read(new(configuration, Columns), Parquet, _folder.Path, 1, 4_000_000_000, CancellationToken.None);

    public static async Task<IReadOnlyList<T>> QueryAsync<T>(string sql)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = await command.ExecuteReaderAsync();
        var values = new List<T>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetFieldValue<T>(0));
        }

        return values;
    }

    public void Dispose() => _folder.Dispose();

    private JobTask Task(TrainingConfiguration configuration)
    {
        var folder = Directory.CreateDirectory(_folder.File($"run{Interlocked.Increment(ref _runs)}")).FullName;
        return new(
            TrainingSpec.JobKind,
            JsonSerializer.SerializeToElement(new TrainingSpec(configuration, Columns), HubJson.Options),
            new Dictionary<string, string> { [TrainingSpec.RowsInput] = Parquet },
            folder,
            Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName,
            Threads: 2,
            MemoryBytes: 4_000_000_000);
    }

    private static ColumnType Type(string type) => type switch
    {
        "BIGINT" or "INTEGER" => ColumnType.Integer,
        "DOUBLE" => ColumnType.Number,
        "BOOLEAN" => ColumnType.Boolean,
        "DATE" => ColumnType.Date,
        "TIME" => ColumnType.Time,
        _ when type.StartsWith("TIMESTAMP", StringComparison.Ordinal) => ColumnType.Datetime,
        _ when type.StartsWith("DECIMAL", StringComparison.Ordinal) => ColumnType.Number,
        _ => ColumnType.Text,
    };
}

internal sealed record TrainedRun(TrainingResult Result, string Folder)
{
    public string ModelPath => Path.Combine(Folder, TrainingSpec.ModelOutput);

    public string PredictionsPath => Path.Combine(Folder, TrainingSpec.PredictionsOutput);

    public EvaluationReport Report => HubJson.Read<EvaluationReport>(File.ReadAllText(Path.Combine(Folder, TrainingSpec.EvaluationOutput)));

    public SavedModel Load() => SavedModel.Load(ModelPath);
}
