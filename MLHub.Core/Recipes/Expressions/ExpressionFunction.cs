using MLHub.Core.Common;

namespace MLHub.Core.Recipes.Expressions;

/// <summary>A part of a formula as SQL; no type when it is a missing value that fits everywhere.</summary>
internal readonly record struct Typed(string Sql, ColumnType? Type);

/// <summary>A function of formulas.</summary>
/// <param name="Signature">How it is written: <c>round(x, digits)</c>.</param>
/// <param name="Summary">One sentence for somebody who has never used it.</param>
public sealed record ExpressionFunction(string Name, string Signature, string Summary)
{
    internal IReadOnlyList<ArgumentKind> Arguments { get; init; } = [];

    /// <summary>The last argument may be repeated.</summary>
    internal bool IsOpen { get; init; }

    /// <summary>How many arguments there must be.</summary>
    internal int Required { get; init; }

    internal Func<IReadOnlyList<Typed>, Typed> Write { get; init; } = arguments => arguments[0];
}

/// <summary>What an argument must be.</summary>
internal enum ArgumentKind
{
    Any,
    Number,
    Text,

    /// <summary>A text that stands in the formula itself: it is checked before any row is seen.</summary>
    Pattern,

    /// <summary>How a date is written; stands in the formula itself.</summary>
    Format,
    Boolean,

    /// <summary>A date or a date with time.</summary>
    Moment,
}
