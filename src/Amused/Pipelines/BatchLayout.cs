using Amused.Sampling;

namespace Amused.Pipelines;

/// <summary>Which image of a result belongs to which row of the batch, and which seed it has.</summary>
/// <remarks>
/// A generator of one's own lets images stand grouped by prompt. A shared one draws in the published implementation's order, where the batch of prompts is repeated
/// as a whole, and there the result keeps that order.
/// </remarks>
internal sealed class BatchLayout
{
    /// <summary>Beyond this a request is a slip rather than a wish: all images of a call are in memory together.</summary>
    private const int MostImages = 1024;

    private readonly IReadOnlyList<long>? seeds;
    private readonly long firstSeed;

    public BatchLayout(GenerationRequest request, int rows)
    {
        if (request.ImagesPerPrompt < 1)
            throw new InvalidRequestException($"images per prompt: {request.ImagesPerPrompt} is too few, at least 1 is needed");
        if ((long)rows * request.ImagesPerPrompt > MostImages)
            throw new InvalidRequestException($"{(long)rows * request.ImagesPerPrompt} images are too many for one call: at most {MostImages} are possible");
        Rows = rows;
        ImagesPerRow = request.ImagesPerPrompt;
        Generator = request.Generator;
        seeds = request.Seeds;
        if (seeds is not null && (Generator == GeneratorMode.Shared || seeds.Count != ImageCount))
        {
            throw new InvalidRequestException(Generator == GeneratorMode.Shared
                ? "several seeds do not go with a shared generator: give one seed, or a generator per image"
                : $"{seeds.Count} seeds for {ImageCount} images: give one for each image, or a single first one");
        }
        firstSeed = request.Seed ?? Random.Shared.NextInt64(1L << 32);
    }

    public int Rows { get; }

    public int ImagesPerRow { get; }

    public int ImageCount => Rows * ImagesPerRow;

    public GeneratorMode Generator { get; }

    public bool IsShared => Generator == GeneratorMode.Shared;

    /// <summary>The row of the batch that image <paramref name="image"/> answers.</summary>
    public int RowOf(int image) => IsShared ? image % Rows : image / ImagesPerRow;

    public long SeedOf(int image) => seeds?[image] ?? (IsShared ? firstSeed : unchecked(firstSeed + image));

    /// <summary>The row of each image, in order.</summary>
    public long[] RowsOfImages() => [.. Enumerable.Range(0, ImageCount).Select(image => (long)RowOf(image))];

    /// <summary>The number of rows that lists of these lengths make: the longest's; the others have that length, one element, or none.</summary>
    /// <exception cref="InvalidRequestException">A list has another length.</exception>
    public static int CountRows(params ReadOnlySpan<(string What, int Count)> lists)
    {
        var (longest, rows) = ("", 1);
        foreach (var (what, count) in lists)
            if (count > rows)
                (longest, rows) = (what, count);
        foreach (var (what, count) in lists)
            if (count > 1 && count != rows)
                throw new InvalidRequestException($"{count} {what} do not go with {rows} {longest}: give {rows}, or one for all");
        return rows;
    }
}
