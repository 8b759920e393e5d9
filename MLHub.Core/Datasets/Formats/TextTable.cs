using MLHub.Core.Common;

namespace MLHub.Core.Datasets.Formats;

/// <summary>A table of cells as UTF-8 text, which can be read several times: once to find the types, once to store the values.</summary>
public abstract class TextTable
{
    /// <summary>As they stand in the source; made unique and harmless by <see cref="HeaderNames"/>.</summary>
    public abstract IReadOnlyList<string> Header { get; }

    /// <summary>Format, encoding, dialect and notes; figures about rows are filled in by the import.</summary>
    public abstract ImportReport Description { get; }

    /// <summary>Whether a comma can be the decimal sign without being told: not where it parts the cells.</summary>
    public abstract bool MayHaveDecimalComma { get; }

    /// <summary>Whether numbers come as somebody wrote them. Those that a program keeps as numbers have no separators.</summary>
    public virtual bool HasWrittenNumbers => false;

    /// <summary>The type that the source itself gives a column; <c>null</c> when it is to be found from the cells.</summary>
    public virtual ColumnType? DeclaredType(int column) => null;

    /// <param name="progress">Called now and then with the part that was read, 0 … 1.</param>
    public abstract void Read(ITextRowSink sink, Action<double> progress, CancellationToken cancellationToken);
}

public interface ITextRowSink
{
    /// <summary>The row is valid during the call only. It has as many cells as the table has columns.</summary>
    void Row(TextRow row);

    void Reject(long line, string text, string reason);
}
