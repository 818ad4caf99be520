using Amused.Images;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>What a loss is computed from.</summary>
/// <param name="Logits">The U-ViT's answer, (B, codebook, H, W).</param>
/// <param name="Tokens">What it saw, and what it should have said at the masked places.</param>
/// <param name="Batch">The batch: codes, micro-conditions and captions, and the pictures where they are not encoded beforehand. The run frees it.</param>
public sealed record LossInputs(Tensor Logits, MaskedTokens Tokens, TokenBatch Batch);

/// <summary>Computes a loss: a scalar through which gradients flow.</summary>
public delegate Tensor LossFunction(LossInputs inputs);

/// <summary>What happened in an update.</summary>
/// <param name="Step">Its number, from 1.</param>
/// <param name="Steps">How many the run has.</param>
/// <param name="Loss">The mean loss of its batches.</param>
/// <param name="LearningRate">Its learning rate.</param>
/// <param name="GradientNorm">The length of all gradients together, before clipping.</param>
/// <param name="Applied">Whether the weights changed: not where a loss or gradient was no finite number.</param>
/// <param name="ImagesPerSecond">The speed since the run was started or resumed.</param>
/// <param name="WaitingShare">The share of the time that was spent waiting for data: for pictures to be decoded, or shards to be read.</param>
/// <param name="Remaining">How long the rest will take at that speed.</param>
public sealed record StepReport(
    long Step, long Steps, double Loss, double LearningRate, double GradientNorm, bool Applied, double ImagesPerSecond, double WaitingShare, TimeSpan Remaining);

/// <summary>What a program may say to a run and hear from it. All calls come on the thread that runs it; an exception ends the run.</summary>
public sealed record TrainingHooks : IRunHooks
{
    /// <summary>Another loss than the cross-entropy of the masked tokens.</summary>
    public LossFunction? Loss { get; init; }

    /// <summary>Called after each update.</summary>
    public Action<StepReport>? OnStep { get; init; }

    /// <summary>Called with each grid of validation pictures and its file.</summary>
    public Action<string, RgbImage>? OnValidation { get; init; }

    /// <summary>Called at each checkpoint, and at the end, with the held-out examples' mean loss by the share of masked places (1, 0.9, 0.7, 0.4).</summary>
    public Action<IReadOnlyDictionary<double, double>>? OnHeldOut { get; init; }

    /// <summary>Called with the folder of each checkpoint that was written.</summary>
    public Action<string>? OnCheckpoint { get; init; }

    /// <summary>Told in one line each of what a user should know: broken pictures, steps that were left out.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>The clock, for tests.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    TimeProvider IRunHooks.Clock => Clock;
}
