namespace MLHub.Core.Recipes.Expressions;

/// <summary>A formula cannot be understood: the text is for the user who wrote it.</summary>
/// <param name="position">Where in the text, from 0.</param>
public sealed class ExpressionException(int position, string message, string code = "BAD_EXPRESSION") : Exception(message)
{
    public int Position { get; } = position;

    public string Code { get; } = code;
}
