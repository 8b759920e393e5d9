namespace MLHub.Core.Common;

/// <summary>A bounded list with an opaque token for the rest; <c>null</c> on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextPageToken);

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Size">1 … 1000; outside of it the nearest bound is taken.</param>
/// <param name="Token">The <see cref="Page{T}.NextPageToken"/> of the page before.</param>
public sealed record PageRequest(int Size = 50, string? Token = null)
{
    public const int MaxSize = 1000;

    public int Take => Math.Clamp(Size, 1, MaxSize);

    /// <summary>Rows to pass over. Tokens are an offset for now; callers must treat them as opaque.</summary>
    public int Skip
    {
        get
        {
            if (string.IsNullOrEmpty(Token))
            {
                return 0;
            }

            return Token.StartsWith('o') && int.TryParse(Token.AsSpan(1), out var offset) && offset >= 0
                ? offset
                : throw HubException.Invalid("The page token is not one of ours. Start again without it.", "BAD_PAGE_TOKEN");
        }
    }

    /// <summary>Cuts a list of up to <see cref="Take"/> + 1 rows into a page.</summary>
    public Page<T> ToPage<T>(List<T> rows)
    {
        var more = rows.Count > Take;
        return new(more ? rows[..Take] : rows, more ? $"o{Skip + Take}" : null);
    }
}
