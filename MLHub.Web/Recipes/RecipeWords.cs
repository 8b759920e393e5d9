using MLHub.Core.Common;
using MLHub.Core.Recipes;
using MLHub.Web.Components;

namespace MLHub.Web.Recipes;

/// <summary>How recipes are spoken of on pages.</summary>
internal static class RecipeWords
{
    /// <summary>Kinds of steps in the order in which they are offered.</summary>
    public static readonly IReadOnlyList<(string Category, string Title)> Categories =
    [
        ("rows", "Rows"), ("columns", "Columns"), ("values", "Values"), ("text", "Text"), ("dates", "Dates"), ("encode", "Encode"), ("scale", "Scale"), ("script", "Script"),
    ];

    public static string CategoryTitle(string category) =>
        Categories.FirstOrDefault(c => c.Category == category).Title ?? (category.Length == 0 ? "Other" : char.ToUpperInvariant(category[0]) + category[1..]);

    public static string Icon(RecipeStepDescriptor? descriptor) => descriptor?.Category switch
    {
        "rows" => HubIcons.Filter,
        "columns" => HubIcons.Table,
        "values" => HubIcons.Edit,
        "text" => HubIcons.Text,
        "dates" => HubIcons.Calendar,
        "encode" => HubIcons.Number,
        "scale" => HubIcons.Chart,
        "script" => HubIcons.Code,
        _ => HubIcons.Info,
    };

    /// <summary>What a step did: <c>−12 rows · 177 cells changed · +1 column</c>.</summary>
    public static string Effect(long rowsRemoved, long cellsChanged, int columnsAdded, int columnsRemoved)
    {
        List<string> parts = [];
        if (rowsRemoved != 0)
        {
            parts.Add($"{(rowsRemoved > 0 ? "−" : "+")}{Counted(Math.Abs(rowsRemoved), "row")}");
        }

        if (cellsChanged > 0)
        {
            parts.Add($"{Counted(cellsChanged, "cell")} changed");
        }

        if (columnsAdded > 0)
        {
            parts.Add($"+{Counted(columnsAdded, "column")}");
        }

        if (columnsRemoved > 0)
        {
            parts.Add($"−{Counted(columnsRemoved, "column")}");
        }

        return parts.Count == 0 ? "nothing changed" : string.Join(" · ", parts);
    }

    public static string TypeWord(ColumnType type) => type.ToString().ToLowerInvariant();

    /// <summary>A word of a choice as people read it: <c>most_frequent</c> → <c>most frequent</c>.</summary>
    public static string Choice(string choice) => choice.Replace('_', ' ');

    public static string Counted(long count, string one) => $"{Format.Count(count)} {one}{(count == 1 ? "" : "s")}";
}
