using Amused.Sampling;
using static TorchSharp.torch;

namespace Amused.Networks;

/// <summary>Token grids as tensors and back.</summary>
internal static class TokenTensors
{
    /// <summary>Grids of one size → (B, H, W) int64.</summary>
    public static Tensor ToTensor(IReadOnlyList<TokenGrid> grids)
    {
        var ids = new List<long>();
        foreach (var grid in grids)
            foreach (var id in grid.Ids)
                ids.Add(id);
        return tensor(ids.ToArray(), [grids.Count, grids[0].Rows, grids[0].Columns], ScalarType.Int64);
    }

    /// <summary>(B, H, W) int64 → a grid for each image.</summary>
    public static IEnumerable<TokenGrid> ToGrids(Tensor tokens)
    {
        var (batch, rows, columns) = ((int)tokens.shape[0], (int)tokens.shape[1], (int)tokens.shape[2]);
        using var contiguous = tokens.cpu().contiguous();
        int[] ids = [.. contiguous.data<long>().ToArray().Select(id => (int)id)];
        return [.. Enumerable.Range(0, batch)
            .Select(image => new TokenGrid(rows, columns, ids.AsSpan(image * rows * columns, rows * columns)))];
    }
}
