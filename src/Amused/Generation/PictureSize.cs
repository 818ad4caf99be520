using System.Globalization;

namespace Amused;

/// <summary>
/// Which sizes a model can make: sides that are multiples of the VQ factor, twice that where the U-ViT halves its grid. Every choice of a
/// size is made here.
/// </summary>
/// <param name="Factor">Pixels per token along a side.</param>
/// <param name="Multiple">What sides must be multiples of.</param>
/// <param name="Default">The side of a picture whose size isn't asked for.</param>
internal sealed record PictureSize(int Factor, int Multiple, int Default)
{
    /// <summary>Beyond this a request is a slip rather than a wish: 4,096 × 4,096 pixels at factor 16.</summary>
    private const int MostTokens = 65_536;

    /// <summary>The longest side that is read from words.</summary>
    public const int LargestSide = 65_536;

    /// <summary>What stands for a picture's own size where a size is asked for in words.</summary>
    public const string OwnWord = "picture";

    /// <summary>The token grid of an asked-for size.</summary>
    /// <exception cref="InvalidRequestException">The model can't make it.</exception>
    public (int Rows, int Columns) GridOf(int? width, int? height)
    {
        var (columns, rows) = (Tokens("width", width ?? Default), Tokens("height", height ?? Default));
        if ((long)rows * columns > MostTokens)
            throw new InvalidRequestException(
                $"a picture of {width ?? Default} × {height ?? Default} has {(long)rows * columns} tokens; at most {MostTokens} "
                + "are possible");
        return (rows, columns);
    }

    /// <summary>The largest size within a picture's that the model can take.</summary>
    /// <exception cref="InvalidRequestException">The picture is too small, or has too many tokens.</exception>
    public (int Width, int Height) Within(int width, int height)
    {
        if (width < Multiple || height < Multiple)
            throw new InvalidRequestException(
                $"a picture of {width} × {height} is too small: the model takes {Multiple} × {Multiple} and more");
        var fitted = (Width: width - width % Multiple, Height: height - height % Multiple);
        GridOf(fitted.Width, fitted.Height);
        return fitted;
    }

    /// <summary>
    /// The size at which a picture is redrawn unless another is asked for: its shape, at the number of pixels that the model was made for.
    /// </summary>
    /// <remarks>
    /// Of all sizes on the grid that have no more pixels than the model's own, the nearest to the exact one: by the squared logarithms of
    /// how much the shape and the area differ, the shape counting four times, since a squeezed picture is seen and a smaller one is not. A
    /// very long picture loses its shape, as its short side can't go below one multiple.
    /// </remarks>
    public (int Width, int Height) Fit(int width, int height)
    {
        var cells = Math.Max(1, Default / Multiple);
        var stretch = Math.Sqrt((double)width / height);
        var (exactColumns, exactRows) = (cells * stretch, cells / stretch);
        var (best, least) = ((Columns: cells, Rows: cells), double.PositiveInfinity);
        for (var rows = 1; rows <= cells * cells; rows++)
        {
            for (var columns = 1; columns * rows <= cells * cells; columns++)
            {
                var (wider, higher) = (Math.Log(columns / exactColumns), Math.Log(rows / exactRows));
                var distance = 4 * Square(wider - higher) + Square(wider + higher);
                if (distance < least)
                    (best, least) = ((columns, rows), distance);
            }
        }
        return (best.Columns * Multiple, best.Rows * Multiple);
    }

    /// <summary>A picture's size where one side, both or none is asked for: a missing one follows the picture's shape.</summary>
    /// <exception cref="InvalidRequestException">The model can't make it.</exception>
    public (int Width, int Height) Of(int? width, int? height, int pictureWidth, int pictureHeight)
    {
        if (width is null && height is null)
            return Fit(pictureWidth, pictureHeight);
        var size = (
            Width: width ?? Nearest((double)height!.Value * pictureWidth / pictureHeight),
            Height: height ?? Nearest((double)width!.Value * pictureHeight / pictureWidth));
        GridOf(size.Width, size.Height);
        return size;
    }

    /// <summary>
    /// The side nearest to an asked-for one that the model can make; of two that are as near the smaller one, which is less work.
    /// </summary>
    public int Nearest(double side) => (int)Math.Clamp(Math.Ceiling(side / Multiple - 0.5), 1, int.MaxValue / Multiple) * Multiple;

    /// <summary>Whether a picture that is brought to a size looks stretched or squeezed: more than the grid's roundings explain.</summary>
    public static bool ChangesShape(int width, int height, int newWidth, int newHeight) =>
        Math.Abs(Math.Log((double)newWidth * height / ((double)newHeight * width))) > 0.15;

    /// <summary>Reads <c>384x256</c>.</summary>
    /// <returns>Both sides, from 1 to <see cref="LargestSide"/>; null when the text is no size.</returns>
    public static (int Width, int Height)? Parse(string text) =>
        text.Split('x', 'X', '×') is [var width, var height] && ParseSide(width) is { } w && ParseSide(height) is { } h ? (w, h) : null;

    /// <summary>Reads one side, from 1 to <see cref="LargestSide"/>; null when the text is none.</summary>
    public static int? ParseSide(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side is > 0 and <= LargestSide ? side : null;

    /// <summary>A size as <see cref="Parse"/> reads it.</summary>
    public static string Word(int width, int height) => string.Create(CultureInfo.InvariantCulture, $"{width}x{height}");

    private int Tokens(string what, int pixels)
    {
        if (pixels / Factor > MostTokens)
            throw new InvalidRequestException(
                $"{what} {pixels} is too large: a picture has at most {MostTokens} tokens of {Factor} × {Factor} pixels");
        if (pixels >= Multiple && pixels % Multiple == 0)
            return pixels / Factor;
        var below = (long)pixels / Multiple * Multiple;
        throw new InvalidRequestException(below < Multiple
            ? $"{what} {pixels} is not a multiple of {Multiple}: the nearest is {Multiple}"
            : $"{what} {pixels} is not a multiple of {Multiple}: the nearest are {below} and {below + Multiple}");
    }

    private static double Square(double number) => number * number;
}
