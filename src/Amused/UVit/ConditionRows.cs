using static TorchSharp.torch;

namespace Amused.UVit;

/// <summary>One row of a prepared batch of conditions.</summary>
/// <param name="Condition">What <see cref="UVit2DModel.Prepare"/> gave.</param>
/// <param name="Row">The row, from 0.</param>
internal readonly record struct ConditionRow(UVitCondition Condition, long Row)
{
    /// <summary>
    /// The condition of a batch whose rows were prepared apart, in this order: what the network attends to and is modulated by is copied together, nothing is computed. The tensors
    /// belong to the dispose scope that is open.
    /// </summary>
    /// <param name="rows">At least one, all of one network and one arithmetic.</param>
    public static UVitCondition Join(IReadOnlyList<ConditionRow> rows) => new(
        rows[0].Condition.Type,
        Join(rows, condition => condition.Down),
        Join(rows, condition => condition.Layers),
        Join(rows, condition => condition.Up));

    private static List<T> Join<T>(IReadOnlyList<ConditionRow> rows, Func<UVitCondition, IReadOnlyList<T>> blocks) where T : IBlockCondition<T> =>
        [.. Enumerable.Range(0, blocks(rows[0].Condition).Count).Select(block =>
        {
            var parts = rows.Select(row => (blocks(row.Condition)[block].Tensors, row.Row)).ToList();
            return T.Of([.. Enumerable.Range(0, parts[0].Tensors.Length).Select(slot => Join(parts.Select(part => (part.Tensors[slot], part.Row))))]);
        })];

    private static Tensor Join(IEnumerable<(Tensor Tensor, long Row)> parts)
    {
        using var scope = NewDisposeScope();
        return cat([.. parts.Select(part => part.Tensor.narrow(0, part.Row, 1))], 0).MoveToOuterDisposeScope();
    }

    /// <summary>Takes a condition's tensors out of the dispose scope, so that they live until they are disposed of.</summary>
    public static IReadOnlyList<Tensor> Keep(UVitCondition condition)
    {
        var tensors = AllTensors(condition);
        foreach (var tensor in tensors)
            tensor.DetachFromDisposeScope();
        return tensors;
    }

    private static List<Tensor> AllTensors(UVitCondition condition) =>
        [.. condition.Down.SelectMany(block => block.Tensors), .. condition.Layers.SelectMany(block => block.Tensors), .. condition.Up.SelectMany(block => block.Tensors)];
}
