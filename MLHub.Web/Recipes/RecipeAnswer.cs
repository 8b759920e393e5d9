using System.Text.Json;
using MLHub.Core.Common;
using MLHub.Core.Recipes;

namespace MLHub.Web.Recipes;

/// <summary>A step of the catalog over REST.</summary>
/// <param name="AtPrediction">Also done to the rows that a model is asked about.</param>
public sealed record RecipeStepAnswer(
    string Name, string Title, string Category, bool Fitted, string Summary, StepScope Scope, bool AtPrediction, IReadOnlyList<string> Keywords, IReadOnlyList<StepParameterAnswer> Parameters)
{
    public static RecipeStepAnswer Of(RecipeStepDescriptor d) => new(
        d.Name, d.Title, d.Category, d.Fitted, d.Summary, d.Scope, d.Scope == StepScope.Row, d.Keywords, [.. d.Parameters.Select(StepParameterAnswer.Of)]);
}

/// <summary>A parameter over REST.</summary>
public sealed record StepParameterAnswer(
    string Name, StepParameterType Type, bool Required, JsonElement? Default, IReadOnlyList<string>? Choices, double? Min, double? Max, string Help, string Title,
    IReadOnlyList<ColumnType>? ColumnTypes, StepParameterCondition? When, bool EmptyMeansAll)
{
    public static StepParameterAnswer Of(StepParameter p) => new(p.Name, p.Type, p.Required, p.Default, p.Choices, p.Min, p.Max, p.Help, p.Title, p.ColumnTypes, p.When, p.EmptyMeansAll);
}

/// <summary>A recipe to be tried.</summary>
/// <param name="SampleRows">1 … 10000.</param>
/// <param name="UptoStep">Index of the last step whose result is shown; -1 shows the source.</param>
public sealed record PreviewBody(IReadOnlyList<RecipeStep> Steps, int? SampleRows = null, SampleKind Sample = SampleKind.First, string? Filter = null, int? UptoStep = null);

/// <summary>What a recipe did to a sample.</summary>
/// <param name="Changes">Cells that held something else before: row, column (indexes) and what stood there.</param>
public sealed record PreviewAnswer(
    IReadOnlyList<PreviewColumn> Columns, IReadOnlyList<object?[]> Rows, IReadOnlyList<long?> SourceRows, IReadOnlyList<CellChange> Changes, IReadOnlyList<ColumnSchema> RemovedColumns,
    IReadOnlyList<long> RemovedRows, IReadOnlyList<StepPreview> Steps, PreviewSample Sample)
{
    public static PreviewAnswer Of(RecipePreview preview)
    {
        var rows = new object?[preview.SourceRows.Count][];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] = new object?[preview.Columns.Count];
            for (var column = 0; column < rows[row].Length; column++)
            {
                rows[row][column] = preview.Cell(row, column);
            }
        }

        return new(preview.Columns, rows, preview.SourceRows, preview.Changes, preview.RemovedColumns, preview.RemovedRows, preview.Steps, preview.Sample);
    }
}

/// <summary>Steps to be kept under a name.</summary>
public sealed record RecipeTemplateBody(string Name, IReadOnlyList<RecipeStep> Steps, string? Description = null);

/// <summary>Changes of a kept recipe; absent fields stay.</summary>
public sealed record RecipeTemplateEdit(string? Name = null, string? Description = null, IReadOnlyList<RecipeStep>? Steps = null);

/// <summary>A kept recipe over REST.</summary>
public sealed record RecipeTemplateAnswer(Guid Id, Guid WorkspaceId, string Name, string? Description, IReadOnlyList<RecipeStep> Steps, Guid CreatedBy, DateTime CreatedAt, DateTime UpdatedAt)
{
    public static RecipeTemplateAnswer Of(RecipeTemplateView t) => new(t.Id, t.WorkspaceId, t.Name, t.Description, t.Steps, t.CreatedBy, t.CreatedAt, t.UpdatedAt);
}
