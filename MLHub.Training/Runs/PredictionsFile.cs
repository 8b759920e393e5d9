using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Training;
using MLHub.Training.Algorithms;
using MLHub.Training.Evaluation;

namespace MLHub.Training.Runs;

/// <summary>Writes <see cref="TrainingSpec.PredictionsOutput"/>.</summary>
internal static class PredictionsFile
{
    /// <param name="threshold">Anomaly: from which score on a row is unusual.</param>
    public static void Write(string path, TrainingTask task, IReadOnlyList<string> classes, double? threshold, IReadOnlyList<ScoredRows> parts, string scratchFolder)
    {
        using var connection = new DuckDBConnection("Data Source=:memory:");
        connection.Open();
        Run(connection, $"SET temp_directory = {RowReader.Literal(scratchFolder)}");
        var columns = task switch
        {
            TrainingTask.Regression => "actual DOUBLE, predicted DOUBLE",
            TrainingTask.Binary => "actual VARCHAR, predicted VARCHAR, score DOUBLE",
            TrainingTask.Clustering => "predicted INTEGER, score DOUBLE",
            TrainingTask.Anomaly => "actual VARCHAR, predicted BOOLEAN, score DOUBLE",
            _ => "actual VARCHAR, predicted VARCHAR, score DOUBLE" + string.Concat(classes.Select((_, c) => $", probability_{c} DOUBLE")),
        };
        Run(connection, $"CREATE TABLE predictions ({ColumnSchema.RowId} BIGINT, part VARCHAR, {columns})");
        foreach (var part in parts)
        {
            using var appender = connection.CreateAppender("predictions");
            for (var r = 0; r < part.RowIds.Length; r++)
            {
                Append(appender.CreateRow().AppendValue(part.RowIds[r]).AppendValue(part.Part), part, r, task, classes, threshold);
            }
        }

        Run(connection, $"COPY (SELECT * FROM predictions ORDER BY {ColumnSchema.RowId}, part) TO {RowReader.Literal(path)} (FORMAT parquet, COMPRESSION zstd)");
    }

    private static void Append(IDuckDBAppenderRow row, ScoredRows part, int r, TrainingTask task, IReadOnlyList<string> classes, double? threshold)
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
            case TrainingTask.Clustering:
                var outputs = part.Scores.Length / part.RowIds.Length;
                var distances = part.Scores.AsSpan(r * outputs, outputs);
                var nearest = CentreModel.Nearest(distances);
                row.AppendValue(nearest + 1).AppendValue(distances[nearest]).EndRow();
                break;
            case TrainingTask.Anomaly:
                var label = double.IsNaN(part.Actual[r]) ? null : classes[(int)part.Actual[r]];
                (label is null ? row.AppendNullValue() : row.AppendValue(label)).AppendValue(part.Scores[r] >= threshold).AppendValue(part.Scores[r]).EndRow();
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
