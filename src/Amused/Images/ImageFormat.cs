namespace Amused.Images;

/// <summary>The kinds of file that a picture can be saved as.</summary>
public enum ImageFormat
{
    /// <summary>Lossless, with text chunks. The default everywhere.</summary>
    Png,

    /// <summary>Lossy; colour at full resolution (4:4:4).</summary>
    Jpeg,

    /// <summary>Lossy, or lossless at quality 100.</summary>
    Webp,
}

/// <summary>File names and formats.</summary>
public static class ImageFormats
{
    /// <summary>
    /// The format that a file name asks for: <c>.png</c>, <c>.jpg</c>, <c>.jpeg</c> or <c>.webp</c>, in upper or lower case.
    /// </summary>
    /// <param name="path">A file name or path.</param>
    /// <returns>The format.</returns>
    /// <exception cref="InvalidRequestException">The name has another ending or none.</exception>
    public static ImageFormat FromPath(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".png" => ImageFormat.Png,
        ".jpg" or ".jpeg" => ImageFormat.Jpeg,
        ".webp" => ImageFormat.Webp,
        _ => throw new InvalidRequestException(
            $"cannot tell an image format from the name '{path}': it must end in .png, .jpg, .jpeg or .webp"),
    };
}
