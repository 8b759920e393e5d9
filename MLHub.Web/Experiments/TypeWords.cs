using MLHub.Core.Common;

namespace MLHub.Web.Experiments;

/// <summary>Column types in words.</summary>
internal static class TypeWords
{
    public static string Name(ColumnType type) => type switch
    {
        ColumnType.Integer => "whole number",
        ColumnType.Number => "number",
        ColumnType.Text => "text",
        ColumnType.Boolean => "yes/no",
        ColumnType.Date => "date",
        ColumnType.Datetime => "date and time",
        _ => "time",
    };
}
