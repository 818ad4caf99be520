namespace Amused.Extensions.AI;

/// <summary>
/// What is experimental. <c>IImageGenerator</c> is so for its own authors; what is built on it carries the same diagnostic, so that a
/// program that has accepted it there need not do so again here, and one that hasn't is told.
/// </summary>
internal static class Experiments
{
    public const string ImageGeneration = "MEAI001";
}
