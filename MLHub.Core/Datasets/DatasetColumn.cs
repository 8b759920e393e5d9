using System.Text.Json.Serialization;
using MLHub.Core.Common;

namespace MLHub.Core.Datasets;

/// <summary>What the values of a column stand for, guessed from all of them; forms preselect by it.</summary>
public enum ColumnMeaning
{
    /// <summary>A quantity: arithmetic on it makes sense.</summary>
    Quantity,

    /// <summary>One of few classes.</summary>
    Category,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>A different value in (nearly) every row: a key, not something to learn from.</summary>
    Identifier,

    /// <summary>A point in time.</summary>
    Moment,

    /// <summary>Words.</summary>
    Text,

    /// <summary>The same value, or nothing, in every row.</summary>
    Constant,
}

/// <param name="Name">Unique in its table without regard to case, at most 256 characters, nothing invisible.</param>
/// <param name="OriginalName">The header in the source, when it had to be changed.</param>
public sealed record DatasetColumn(string Name, ColumnType Type, ColumnMeaning Meaning, bool Nullable, string? OriginalName = null)
{
    public const int MaxNameLength = 256;

    [JsonIgnore]
    public ColumnSchema Schema => new(Name, Type);
}
