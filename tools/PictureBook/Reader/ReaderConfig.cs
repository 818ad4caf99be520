using System.Numerics;
using System.Text.Json.Serialization;
using Amused.Weights;
using PictureBook.Scenes;

namespace PictureBook.Reader;

/// <summary>A reader's sizes, and what it tells apart: <c>config.json</c> in its folder.</summary>
public sealed record ReaderConfig
{
    /// <summary>The side of the grid that the stages end in; each place is read from a window of half its width.</summary>
    internal const int GridSide = 8;

    private const int SmallestSide = 32, LargestSide = 512;

    /// <summary>The channels of the stages from the grid outwards.</summary>
    private static readonly int[] StandardChannels = [128, 64, 32, 16, 16, 16];

    /// <summary>The side of the pictures that it reads, in pixels: 32, 64, 128, 256 or 512.</summary>
    public required int Side { get; init; }

    /// <summary>Channels of each stage, from the picture inwards; each halves the sides, so that a grid of 8 × 8 is left.</summary>
    public required IReadOnlyList<int> Channels { get; init; }

    /// <summary>Groups of the group norms; divides every stage's channels.</summary>
    /// <value>The default value is 8.</value>
    public int NormNumGroups { get; init; } = 8;

    /// <summary>Channels of the grid as the head sees it.</summary>
    /// <value>The default value is 48.</value>
    public int GridChannels { get; init; } = 48;

    /// <summary>The width of the head's hidden layer.</summary>
    /// <value>The default value is 192.</value>
    public int HeadWidth { get; init; } = 192;

    /// <summary>The names of the things that it tells apart, in the order of its answers; the first answer is "nothing".</summary>
    public required IReadOnlyList<string> Things { get; init; }

    /// <summary>How many answers there are for each place.</summary>
    [JsonIgnore]
    public int Answers => Things.Count + 1;

    /// <summary>The sizes for pictures of a side, with all things.</summary>
    /// <exception cref="InvalidRequestException">There are none for that side.</exception>
    public static ReaderConfig For(int side)
    {
        if (!IsSide(side))
            throw new InvalidRequestException($"readers are made for pictures of 32, 64, 128, 256 or 512 pixels a side, not {side}");
        return new() { Side = side, Channels = [.. StandardChannels[..BitOperations.Log2((uint)(side / GridSide))].Reverse()], Things = [.. AllThings.Table.Select(thing => thing.Name)] };
    }

    /// <summary>Refuses what contradicts itself.</summary>
    /// <exception cref="BrokenInputException">The message names the key.</exception>
    internal void ThrowIfUnusable() => new ConfigCheck("config.json of a reader")
        .AtLeastOne(("norm_num_groups", NormNumGroups), ("grid_channels", GridChannels), ("head_width", HeadWidth))
        .Require(IsSide(Side), $"side is {Side}; it must be 32, 64, 128, 256 or 512")
        .Require(GridSide << Channels.Count == Side, $"channels has {Channels.Count} stages, which make a picture of {Side} no grid of {GridSide} × {GridSide}")
        .Require(Channels.All(channels => channels > 0 && channels % NormNumGroups == 0), $"channels [{string.Join(", ", Channels)}] must be multiples of norm_num_groups {NormNumGroups}")
        .Require(Things.Count > 0 && Things.All(name => AllThings.Find(name) is not null), "things names a thing that no drawn picture has");

    private static bool IsSide(int side) => side is >= SmallestSide and <= LargestSide && BitOperations.IsPow2(side);
}
