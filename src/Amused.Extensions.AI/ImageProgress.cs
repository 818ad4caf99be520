using Microsoft.Extensions.AI;

namespace Amused.Extensions.AI;

/// <summary>How far a request is, after a step.</summary>
/// <param name="StepsDone">How many steps have run, from 1.</param>
/// <param name="StepCount">How many will run in all.</param>
/// <param name="Images">
/// The pictures as they stand, in the order and the media type of the response, at as many steps, evenly spaced before the last, as the
/// request's streaming count asks for (and at most at each of them); empty at the others.
/// </param>
public sealed record ImageProgress(int StepsDone, int StepCount, IReadOnlyList<DataContent> Images);
