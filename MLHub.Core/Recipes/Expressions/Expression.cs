namespace MLHub.Core.Recipes.Expressions;

/// <summary>A part of a formula.</summary>
/// <param name="Position">Where in the text, from 0.</param>
internal abstract record Expression(int Position);

/// <param name="Value"><c>long</c>, <c>double</c>, <c>string</c>, <c>bool</c>, or <c>null</c> for a missing value.</param>
internal sealed record Literal(int Position, object? Value) : Expression(Position);

internal sealed record ColumnName(int Position, string Name) : Expression(Position);

/// <param name="Sign"><c>-</c> or <c>not</c>.</param>
internal sealed record Unary(int Position, string Sign, Expression Operand) : Expression(Position);

internal sealed record Binary(int Position, string Sign, Expression Left, Expression Right) : Expression(Position);

internal sealed record Call(int Position, string Function, IReadOnlyList<Expression> Arguments) : Expression(Position);

internal sealed record Case(int Position, IReadOnlyList<(Expression When, Expression Then)> Branches, Expression? Else) : Expression(Position);

internal sealed record IsMissing(int Position, Expression Operand, bool Negated) : Expression(Position);

internal sealed record OneOf(int Position, Expression Operand, IReadOnlyList<Expression> Values, bool Negated) : Expression(Position);

internal sealed record Between(int Position, Expression Operand, Expression Low, Expression High) : Expression(Position);
