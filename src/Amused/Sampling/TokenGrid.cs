namespace Amused.Sampling;

/// <summary>The token ids of one image: rows × columns, row-major.</summary>
public sealed class TokenGrid : IEquatable<TokenGrid>
{
    private readonly int[] ids;

    /// <summary>Wraps ids.</summary>
    /// <param name="rows">Height in tokens, ≥ 1.</param>
    /// <param name="columns">Width in tokens, ≥ 1.</param>
    /// <param name="ids">rows · columns ids, row-major; copied.</param>
    /// <exception cref="ArgumentException">The number of ids isn't rows · columns.</exception>
    public TokenGrid(int rows, int columns, ReadOnlySpan<int> ids)
    {
        if (rows < 1 || columns < 1 || ids.Length != (long)rows * columns)
            throw new ArgumentException($"{ids.Length} ids do not make a grid of {rows} × {columns}");
        Rows = rows;
        Columns = columns;
        this.ids = ids.ToArray();
    }

    /// <summary>Height in tokens.</summary>
    public int Rows { get; }

    /// <summary>Width in tokens.</summary>
    public int Columns { get; }

    /// <summary>The ids, row-major.</summary>
    public ReadOnlySpan<int> Ids => ids;

    /// <summary>The id at a place.</summary>
    public int this[int row, int column] => ids[row * Columns + column];

    /// <summary>The ids as an array of rows.</summary>
    public int[][] ToRows() => [.. ids.Chunk(Columns)];

    /// <summary>The same tokens with the mask token in some places.</summary>
    /// <param name="masked">Whether each position becomes mask, row-major.</param>
    /// <param name="maskTokenId">The mask token.</param>
    internal TokenGrid Mask(ReadOnlySpan<bool> masked, int maskTokenId)
    {
        var tokens = new TokenGrid(Rows, Columns, ids);
        for (var place = 0; place < ids.Length; place++)
            if (masked[place])
                tokens.ids[place] = maskTokenId;
        return tokens;
    }

    /// <inheritdoc/>
    public bool Equals(TokenGrid? other) =>
        other is not null && Rows == other.Rows && Columns == other.Columns && Ids.SequenceEqual(other.Ids);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TokenGrid);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var id in ids)
            hash.Add(id);
        return hash.ToHashCode();
    }
}
