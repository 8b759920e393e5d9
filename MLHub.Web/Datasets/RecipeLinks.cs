namespace MLHub.Web.Datasets;

/// <summary>Names of recipe steps that other parts of a dataset's page offer to add.</summary>
internal static class RecipeLinks
{
    public const string FillMissing = "fill_missing";
    public const string DropMissing = "drop_missing";
    public const string DropColumns = "drop_columns";
    public const string DropDuplicates = "drop_duplicates";
    public const string Rename = "rename_columns";
    public const string Cast = "cast";
    public const string Replace = "replace";
    public const string Trim = "trim";
    public const string OneHot = "one_hot";
    public const string Bin = "bin";
    public const string Standardise = "standardise";
    public const string DateParts = "date_parts";
    public const string GroupRare = "group_rare";
    public const string Log = "log";

    /// <summary>The step that mends what an alert warns of; <c>null</c> when none does.</summary>
    public static (string Step, string Text)? For(string alert) => alert switch
    {
        "EMPTY" or "CONSTANT" or "CORRELATED" or "IDENTIFIER" or "PERSONAL_DATA" => (DropColumns, "Drop the column"),
        "MOSTLY_MISSING" => (FillMissing, "Fill the gaps"),
        "DUPLICATE_ROWS" => (DropDuplicates, "Drop the repeats"),
        "UNTRIMMED" => (Trim, "Trim the spaces"),
        "RARE_VALUES" => (GroupRare, "Group rare values"),
        "SKEWED" => (Log, "Take the logarithm"),
        _ => null,
    };
}
