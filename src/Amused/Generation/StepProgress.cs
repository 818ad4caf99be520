using Amused.Sampling;

namespace Amused;

/// <summary>Where sampling stands after a step.</summary>
/// <param name="StepsDone">How many steps have run, from 1.</param>
/// <param name="StepCount">How many will run in all (image-to-image runs fewer than were asked for).</param>
/// <param name="Index">The step's index on the schedule, from 0 (image-to-image starts later).</param>
/// <param name="Images">Each image of the batch, in the order of <see cref="GenerationResult.Images"/>.</param>
public sealed record StepProgress(int StepsDone, int StepCount, int Index, IReadOnlyList<StepImage> Images);

/// <summary>One image after a step.</summary>
/// <param name="Tokens">The tokens so far; positions still to be filled in hold <see cref="AmusedPipeline.MaskTokenId"/>.</param>
/// <param name="Predicted">
/// A code for every position: what was drawn this step where the position was unknown, the known token elsewhere. Decodable.
/// </param>
/// <param name="Masked">True at each position (row-major) that is still to be filled in.</param>
public sealed record StepImage(TokenGrid Tokens, TokenGrid Predicted, bool[] Masked);
