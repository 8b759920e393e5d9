namespace MLHub.Core.Datasets;

/// <summary>
/// Conditions on columns joined by <c>and</c> / <c>or</c>, with brackets: <c>age &gt;= 30 and (city = 'Bonn' or city is null)</c>.
/// Operators: <c>= != &lt; &lt;= &gt; &gt;=</c>, <c>contains</c>, <c>is null</c>, <c>is not null</c>. Names with other characters than letters, digits,
/// <c>_</c> and <c>.</c> stand in double quotes, texts and dates in single ones.
/// </summary>
public abstract record RowFilter;
