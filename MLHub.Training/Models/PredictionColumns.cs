using System.Text.Json;
using DuckDB.NET.Data;
using MLHub.Core.Common;
using MLHub.Core.Training;

namespace MLHub.Training.Models;

/// <summary>The columns that predictions add to a table: <c>prediction</c>, <c>score</c>, and <c>probability_…</c> for each of not too many classes.</summary>
internal sealed class PredictionColumns
{
    /// <summary>With more classes only the score of the predicted one is kept.</summary>
    public const int MaxProbabilities = 50;

    private const int MaxLabelLength = 100;

    private readonly bool _hasScore;
    private readonly IReadOnlyList<string> _labels;

    /// <param name="taken">Columns that stand before them; a name that is taken gets a number.</param>
    public PredictionColumns(ModelOutput output, IEnumerable<string> taken)
    {
        _hasScore = output.Task != TrainingTask.Regression;
        _labels = output.Classes is { Count: <= MaxProbabilities } classes ? classes : [];
        var names = new HashSet<string>(taken, StringComparer.OrdinalIgnoreCase);
        List<ColumnSchema> columns = [new(Free("prediction", names), output.Task == TrainingTask.Regression ? ColumnType.Number : output.Type)];
        if (_hasScore)
        {
            columns.Add(new(Free("score", names), ColumnType.Number));
        }

        columns.AddRange(_labels.Select(l => new ColumnSchema(Free("probability_" + Clean(l), names), ColumnType.Number)));
        All = columns;
    }

    public IReadOnlyList<ColumnSchema> All { get; }

    public void Append(IDuckDBAppenderRow row, PredictionRow answer)
    {
        var prediction = answer.Prediction;
        _ = All[0].Type switch
        {
            ColumnType.Integer => row.AppendValue((long?)prediction.GetInt64()),
            ColumnType.Number => row.AppendValue((double?)prediction.GetDouble()),
            ColumnType.Boolean => row.AppendValue((bool?)prediction.GetBoolean()),
            _ => row.AppendValue(prediction.ValueKind == JsonValueKind.String ? prediction.GetString() : prediction.GetRawText()),
        };
        if (_hasScore)
        {
            row.AppendValue(answer.Score);
        }

        foreach (var label in _labels)
        {
            row.AppendValue(answer.Probabilities is { } all && all.TryGetValue(label, out var probability) ? probability : null);
        }
    }

    private static string Clean(string label)
    {
        var text = new string([.. label.Where(c => !char.IsControl(c))]).Trim();
        return text.Length > MaxLabelLength ? text[..MaxLabelLength] : text.Length == 0 ? "empty" : text;
    }

    private static string Free(string name, HashSet<string> taken)
    {
        var free = name;
        for (var number = 2; !taken.Add(free); number++)
        {
            free = $"{name}_{number}";
        }

        return free;
    }
}
