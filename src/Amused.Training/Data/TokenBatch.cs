using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>What is known of a batch's captions: their token ids, for the text tower to read, or what the tower said of them. Whoever takes it disposes of it.</summary>
/// <param name="InputIds">(B, T) int64; null where there are states.</param>
/// <param name="Hidden">The states before the tower's last block, (B, T, H), of any floating-point type; null where there are ids.</param>
/// <param name="Pooled">The projected states at the end tokens, (B, P); null where there are ids.</param>
public sealed record TextInputs(Tensor? InputIds, Tensor? Hidden = null, Tensor? Pooled = null) : IDisposable
{
    /// <summary>The same on a device; this one is spent.</summary>
    internal TextInputs MovedTo(Device device) => new(InputIds?.MovedTo(device), Hidden?.MovedTo(device), Pooled?.MovedTo(device));

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        InputIds?.Dispose();
        Hidden?.Dispose();
        Pooled?.Dispose();
    }
}

/// <summary>What a training step learns from, whether it was made of pictures on the way or read from encoded shards. Whoever takes it disposes of it.</summary>
/// <param name="Tokens">The pictures' codes, (B, rows, columns) int64.</param>
/// <param name="MicroConditions">(B, 5) float32, columns as in <see cref="Training.MicroConditions"/>.</param>
/// <param name="Text">The captions.</param>
/// <param name="Next">The position of the first example after these: what a checkpoint saves.</param>
/// <param name="Foreground">How much of each token's square is in the picture's mask, (B, rows, columns) float32 from 0 to 1; null where no picture has one or masks are not read.</param>
/// <param name="Examples">The pictures and captions themselves; null where the batch comes from shards, which have neither.</param>
public sealed record TokenBatch(
    Tensor Tokens, Tensor MicroConditions, TextInputs Text, DataPosition Next, Tensor? Foreground = null, IReadOnlyList<TrainingExample>? Examples = null) : IDisposable
{
    /// <summary>The same on a device; this one is spent.</summary>
    internal TokenBatch MovedTo(Device device) =>
        this with { Tokens = Tokens.MovedTo(device), MicroConditions = MicroConditions.MovedTo(device), Text = Text.MovedTo(device), Foreground = Foreground?.MovedTo(device) };

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Tokens.Dispose();
        MicroConditions.Dispose();
        Text.Dispose();
        Foreground?.Dispose();
    }
}

internal static class MovedTensor
{
    /// <summary>A tensor on a device, outside any scope: itself where it is there already; otherwise it is freed.</summary>
    public static Tensor MovedTo(this Tensor tensor, Device device)
    {
        if (tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index))
            return tensor;
        using (tensor)
            return tensor.to(device).DetachFromDisposeScope();
    }
}
