using System.Text.Json;
using MLHub.Core.Common;

namespace MLHub.Core.Recipes;

/// <summary>Parameters that many steps have, written once.</summary>
internal static class Parameters
{
    public static readonly ColumnType[] Numeric = [ColumnType.Integer, ColumnType.Number];
    public static readonly ColumnType[] Textual = [ColumnType.Text];
    public static readonly ColumnType[] Moments = [ColumnType.Date, ColumnType.Datetime];
    public static readonly ColumnType[] Classes = [ColumnType.Text, ColumnType.Integer, ColumnType.Boolean];

    public static StepParameter Columns(string help, IReadOnlyList<ColumnType>? types = null, string name = "columns", string title = "Columns") =>
        new(name, StepParameterType.Columns, title) { Required = true, ColumnTypes = types, Help = help };

    public static StepParameter AnyColumns(string help, IReadOnlyList<ColumnType>? types = null, string name = "columns", string title = "Columns") =>
        new(name, StepParameterType.Columns, title) { EmptyMeansAll = true, ColumnTypes = types, Help = help };

    public static StepParameter Column(string help, IReadOnlyList<ColumnType>? types = null, string name = "column", string title = "Column") =>
        new(name, StepParameterType.Column, title) { Required = true, ColumnTypes = types, Help = help };

    public static StepParameter Choice(string name, string title, string standard, IReadOnlyList<string> choices, string help) =>
        new(name, StepParameterType.Choice, title) { Default = Json(standard), Choices = choices, Help = help };

    public static StepParameter Flag(string name, string title, bool standard, string help) =>
        new(name, StepParameterType.Boolean, title) { Default = Json(standard), Help = help };

    public static StepParameter NewColumn(string help, string name = "name", string title = "New column") =>
        new(name, StepParameterType.Text, title) { Required = true, Help = help };

    public static StepParameter Only(this StepParameter parameter, string other, params string[] values) => parameter with { When = new(other, values) };

    public static JsonElement Json<T>(T value) => JsonSerializer.SerializeToElement(value, HubJson.Options);
}
