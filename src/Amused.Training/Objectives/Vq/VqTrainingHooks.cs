using Amused.Images;

namespace Amused.Training;

/// <summary>What a program may hear from a VQGAN's run. All calls come on the thread that runs it; an exception ends the run.</summary>
public sealed record VqTrainingHooks : IRunHooks
{
    /// <summary>Called after each update.</summary>
    public Action<VqStepReport>? OnStep { get; init; }

    /// <summary>Called each time that the held-out pictures were reconstructed.</summary>
    public Action<VqEvaluation>? OnValidation { get; init; }

    /// <summary>Called with the folder of each checkpoint that was written.</summary>
    public Action<string>? OnCheckpoint { get; init; }

    /// <summary>Told in one line each of what a user should know: broken pictures, the codebook's start, steps that were left out.</summary>
    public Action<string>? Notice { get; init; }

    /// <summary>The clock, for tests.</summary>
    internal TimeProvider Clock { get; init; } = TimeProvider.System;

    TimeProvider IRunHooks.Clock => Clock;
}

/// <summary>How held-out pictures are reconstructed, on average over the pictures; by the averaged weights where there are such.</summary>
/// <param name="Step">After how many updates.</param>
/// <param name="Psnr">Peak signal-to-noise ratio in dB without codes.</param>
/// <param name="QuantizedPsnr">The same with codes in the place of latents; null before the first phase that quantises.</param>
/// <param name="Grid">Some of them, originals over reconstructions.</param>
/// <param name="Path">The grid's file.</param>
public sealed record VqEvaluation(long Step, double Psnr, double? QuantizedPsnr, RgbImage Grid, string Path);
