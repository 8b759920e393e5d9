using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>What kind of value a parameter takes; forms choose their control by it.</summary>
public enum StepParameterType
{
    /// <summary>Name of a column.</summary>
    Column,

    /// <summary>Names of columns, in order.</summary>
    Columns,
    Number,
    Integer,
    Text,
    Boolean,

    /// <summary>One of <see cref="StepParameter.Choices"/>.</summary>
    Choice,

    /// <summary>Texts or numbers; with <see cref="StepParameter.Choices"/>, some of these.</summary>
    List,

    /// <summary>Text → text, in order.</summary>
    Map,

    /// <summary>A formula over the columns.</summary>
    Expression,

    /// <summary>A condition on rows, as the data grid takes it.</summary>
    Filter,

    /// <summary>One SELECT over the view <c>dataset</c>.</summary>
    Sql,
}

/// <summary>What a step does to the rows, and so where it can be used.</summary>
public enum StepScope
{
    /// <summary>Each row by itself, with what was learned before: works for a single row at prediction, too.</summary>
    Row,

    /// <summary>Takes rows away or orders them anew: not done at prediction, where every row that comes in must come out.</summary>
    Rows,

    /// <summary>Needs the neighbouring rows, or may change the table altogether: for making versions only.</summary>
    Table,
}

/// <summary>What a step is and what it can be told; forms, checks and documentation are made from it.</summary>
/// <param name="Name">snake_case, as in JSON.</param>
/// <param name="Title">A few words: <c>Fill missing values</c>.</param>
/// <param name="Category"><c>rows</c>, <c>columns</c>, <c>values</c>, <c>text</c>, <c>dates</c>, <c>encode</c>, <c>scale</c> or <c>script</c>.</param>
/// <param name="Summary">One sentence for somebody who has never used it.</param>
public sealed record RecipeStepDescriptor(string Name, string Title, string Category, string Summary)
{
    /// <summary>Learns figures from the rows that reach it (a mean, a list of classes); in training from the training rows alone.</summary>
    public bool Fitted { get; init; }

    public StepScope Scope { get; init; }

    /// <summary>Other words that people search for.</summary>
    public IReadOnlyList<string> Keywords { get; init; } = [];

    public IReadOnlyList<StepParameter> Parameters { get; init; } = [];
}

/// <summary>One parameter of a step.</summary>
/// <param name="Name">camelCase, as in JSON.</param>
/// <param name="Title">Label in a form.</param>
public sealed record StepParameter(string Name, StepParameterType Type, string Title)
{
    public bool Required { get; init; }

    public JsonElement? Default { get; init; }

    public IReadOnlyList<string>? Choices { get; init; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    public string Help { get; init; } = "";

    /// <summary>Types of columns that can be chosen; <c>null</c> for all.</summary>
    public IReadOnlyList<ColumnType>? ColumnTypes { get; init; }

    /// <summary>Only of use when another parameter has one of these values; otherwise it is ignored.</summary>
    public StepParameterCondition? When { get; init; }

    /// <summary>Of use when no columns are chosen: then all that can be are meant.</summary>
    public bool EmptyMeansAll { get; init; }
}

public sealed record StepParameterCondition(string Parameter, IReadOnlyList<string> Values);
