using Amused.Sampling;

namespace Amused.Cli.Running;

/// <summary>Which seed each image of a call has, decided before it begins so that files can be named after it.</summary>
/// <param name="ImagesPerPrompt">How many images each row of the batch gives.</param>
/// <param name="Seeds">One seed for the call, or one for each image.</param>
/// <param name="Generator">What the seeds are for.</param>
internal sealed record SeedPlan(int ImagesPerPrompt, IReadOnlyList<long> Seeds, GeneratorMode Generator)
{
    /// <param name="given">The seeds that were asked for; without any, a random one is taken.</param>
    /// <param name="imagesPerPrompt">How many images were asked for; null makes as many as there are seeds, else one.</param>
    /// <param name="rows">Rows of the batch.</param>
    /// <param name="generator">What the seeds are for.</param>
    /// <exception cref="InvalidRequestException">There aren't as many seeds as images.</exception>
    public static SeedPlan Create(IReadOnlyList<long> given, int? imagesPerPrompt, int rows, GeneratorMode generator)
    {
        if (given.Count <= 1)
            return new(imagesPerPrompt ?? 1, given.Count == 1 ? given : [Random.Shared.NextInt64(1L << 32)], generator);
        if (generator == GeneratorMode.Shared)
            throw new InvalidRequestException($"--seed: a shared generator has one seed, not {given.Count}; leave --generator shared out");
        var perPrompt = imagesPerPrompt ?? Math.Max(1, given.Count / rows);
        if (perPrompt * rows != given.Count)
            throw new InvalidRequestException($"--seed: {given.Count} seeds for {perPrompt * rows} pictures: give one seed, or one for each picture");
        return new(perPrompt, given, generator);
    }

    /// <summary>The seed that image <paramref name="index"/> of the result is made with.</summary>
    public long Of(int index) => (Seeds.Count, Generator) switch
    {
        ( > 1, _) => Seeds[index],
        (_, GeneratorMode.Shared) => Seeds[0],
        _ => unchecked(Seeds[0] + index),
    };

    public GenerationRequest Apply(GenerationRequest request) => request with
    {
        ImagesPerPrompt = ImagesPerPrompt,
        Seed = Seeds.Count == 1 ? Seeds[0] : null,
        Seeds = Seeds.Count > 1 ? Seeds : null,
        Generator = Generator,
    };
}
