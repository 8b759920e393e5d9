using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Evaluation;

namespace MLHub.Training.Runs;

/// <summary>Writes <see cref="TrainingSpec.PredictionsOutput"/>.</summary>
internal static class PredictionsFile
{
    public static void Write(string path, TrainingTask task, IReadOnlyList<string> classes, IReadOnlyList<ScoredRows> parts, string scratchFolder)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        Run(connection, $"SET temp_directory = {RowReader.Literal(scratchFolder)}");
        var (value, scores) = task switch
        {
            TrainingTask.Regression => ("DOUBLE", ""),
            TrainingTask.Binary => ("VARCHAR", ", score DOUBLE"),
            _ => ("VARCHAR", ", score DOUBLE" + string.Concat(classes.Select((_, c) => $", probability_{c} DOUBLE"))),
        };
        Run(connection, $"CREATE TABLE predictions ({ColumnSchema.RowId} BIGINT, part VARCHAR, actual {value}, predicted {value}{scores})");
        foreach (var part in parts)
        {
            using var appender = connection.CreateAppender("predictions");
            for (var r = 0; r < part.RowIds.Length; r++)
            {
                Append(appender.CreateRow().AppendValue(part.RowIds[r]).AppendValue(part.Part), part, r, task, classes);
            }
        }

        Run(connection, $"COPY (SELECT * FROM predictions ORDER BY {ColumnSchema.RowId}, part) TO {RowReader.Literal(path)} (FORMAT parquet, COMPRESSION zstd)");
    }

    private static void Append(IDuckDBAppenderRow row, ScoredRows part, int r, TrainingTask task, IReadOnlyList<string> classes)
    {
        switch (task)
        {
            case TrainingTask.Regression:
                row.AppendValue(part.Actual[r]).AppendValue(part.Scores[r]).EndRow();
                break;
            case TrainingTask.Binary:
                var score = part.Scores[r];
                row.AppendValue(classes[(int)part.Actual[r]]).AppendValue(classes[score >= BinaryMetrics.Threshold ? 1 : 0]).AppendValue(score).EndRow();
                break;
            default:
                var probabilities = part.Scores.AsSpan(r * classes.Count, classes.Count);
                var predicted = MulticlassMetrics.Predicted(probabilities);
                row.AppendValue(classes[(int)part.Actual[r]]).AppendValue(classes[predicted]).AppendValue(probabilities[predicted]);
                foreach (var probability in probabilities)
                {
                    row.AppendValue(probability);
                }

                row.EndRow();
                break;
        }
    }

    private static void Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
