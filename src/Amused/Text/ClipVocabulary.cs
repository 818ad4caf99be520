namespace Amused.Text;

/// <summary>The pieces of a vocabulary and their ids, both ways.</summary>
/// <param name="capacity">How many pieces are expected.</param>
internal sealed class ClipVocabulary(int capacity)
{
    /// <summary>Ids at or above this are taken for damage: four times the largest vocabularies in use.</summary>
    public const int IdLimit = 1 << 20;

    private readonly Dictionary<string, int> ids = new(capacity);
    private readonly List<string?> pieces = new(capacity);

    /// <summary>One more than the highest id: an embedding table needs so many rows.</summary>
    public int Size => pieces.Count;

    /// <summary>Adds a piece.</summary>
    /// <returns>What is wrong with it; null when it was added.</returns>
    public string? Add(string piece, int id)
    {
        if (id is < 0 or >= IdLimit)
            return $"has the id {id}: ids run from 0 to {IdLimit - 1}";
        if (id < pieces.Count && pieces[id] is not null)
            return $"has the id {id}, which another piece has already";
        if (!ids.TryAdd(piece, id))
            return "stands in it twice";
        while (pieces.Count <= id)
            pieces.Add(null);
        pieces[id] = piece;
        return null;
    }

    /// <summary>The id of a piece.</summary>
    public bool TryGetId(string piece, out int id) => ids.TryGetValue(piece, out id);

    /// <summary>The id of a piece, null when there is none.</summary>
    public int? IdOf(string piece) => TryGetId(piece, out var id) ? id : null;

    /// <summary>The piece of an id, null when no piece has it.</summary>
    public string? PieceOf(int id) => (uint)id < (uint)pieces.Count ? pieces[id] : null;

    /// <summary>Each piece with its id, in the order of the ids.</summary>
    public IEnumerable<(string Piece, int Id)> InOrder() =>
        pieces.Index().Where(entry => entry.Item is not null).Select(entry => (entry.Item!, entry.Index));
}
