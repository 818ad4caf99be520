namespace Amused.Pipelines;

/// <summary>Which sizes a model can make: sides that are multiples of the VQ factor, twice that where the U-ViT halves its grid.</summary>
/// <param name="Factor">Pixels per token along a side.</param>
/// <param name="Multiple">What sides must be multiples of.</param>
/// <param name="Default">The side of a picture whose size isn't asked for.</param>
internal sealed record PictureSize(int Factor, int Multiple, int Default)
{
    /// <summary>Beyond this a request is a slip rather than a wish: 4,096 × 4,096 pixels at factor 16.</summary>
    private const int MostTokens = 65_536;

    /// <summary>The token grid of an asked-for size.</summary>
    /// <exception cref="InvalidRequestException">The model can't make it.</exception>
    public (int Rows, int Columns) GridOf(int? width, int? height)
    {
        var (columns, rows) = (Tokens("width", width ?? Default), Tokens("height", height ?? Default));
        if ((long)rows * columns > MostTokens)
            throw new InvalidRequestException($"a picture of {width ?? Default} × {height ?? Default} has {(long)rows * columns} tokens; at most {MostTokens} are possible");
        return (rows, columns);
    }

    /// <summary>The largest size within a picture's that the model can take.</summary>
    /// <exception cref="InvalidRequestException">The picture is too small.</exception>
    public (int Width, int Height) Within(int width, int height)
    {
        if (width < Multiple || height < Multiple)
            throw new InvalidRequestException($"a picture of {width} × {height} is too small: the model takes {Multiple} × {Multiple} and more");
        var fitted = (Width: width - width % Multiple, Height: height - height % Multiple);
        GridOf(fitted.Width, fitted.Height);
        return fitted;
    }

    private int Tokens(string what, int pixels)
    {
        if (pixels >= Multiple && pixels % Multiple == 0)
            return pixels / Factor;
        var below = (long)pixels / Multiple * Multiple;
        throw new InvalidRequestException(below < Multiple
            ? $"{what} {pixels} is not a multiple of {Multiple}: the nearest is {Multiple}"
            : $"{what} {pixels} is not a multiple of {Multiple}: the nearest are {below} and {below + Multiple}");
    }
}
