namespace Amused.Images;

/// <summary>Many pictures on one sheet, in rows and columns, with a label under each: how settings are compared.</summary>
public static class ImageGrid
{
    /// <summary>The white space around and between pictures, in pixels.</summary>
    public const int Gap = 8;

    /// <summary>
    /// Lays pictures out from left to right and top to bottom on white. All cells are as large as the largest picture; smaller ones stand
    /// in the middle of theirs.
    /// </summary>
    /// <param name="images">The pictures, at least one; their pixels are not changed.</param>
    /// <param name="columns">How many stand in a row, at least 1. With fewer pictures than that the row is as long as the pictures.</param>
    /// <param name="labels">
    /// A line of text for each picture, or null for none. What is wider than the cell is cut and ends in an ellipsis.
    /// </param>
    /// <returns>The sheet.</returns>
    /// <exception cref="ArgumentException">No pictures, or not as many labels as pictures.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="columns"/> is below 1.</exception>
    /// <exception cref="InvalidRequestException">The sheet would have more than <see cref="ImageDecoder.MaxPixels"/> pixels.</exception>
    public static RgbImage Compose(IReadOnlyList<RgbImage> images, int columns, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (images.Count == 0)
            throw new ArgumentException("a grid needs at least one picture", nameof(images));
        if (labels is not null && labels.Count != images.Count)
            throw new ArgumentException($"{images.Count} pictures need as many labels, not {labels.Count}", nameof(labels));

        columns = Math.Min(columns, images.Count);
        int rows = (images.Count + columns - 1) / columns;
        int cellWidth = images.Max(image => image.Width), cellHeight = images.Max(image => image.Height);
        // Readable at any size of picture: about 24 characters fit a square one.
        float fontSize = Math.Clamp(cellWidth / 14f, 10, 28);
        int labelHeight = labels is null ? 0 : (int)(fontSize * 1.75f);

        long width = Gap + (long)columns * (cellWidth + Gap), height = Gap + (long)rows * (cellHeight + labelHeight + Gap);
        if (width * height > ImageDecoder.MaxPixels)
            throw new InvalidRequestException(
                $"a grid of {columns} × {rows} pictures would have {width} × {height} pixels: at most {ImageDecoder.MaxPixels} are "
                + "possible; ask for fewer");

        var sheet = new RgbImage((int)width, (int)height, new byte[3 * width * height]);
        sheet.Buffer.AsSpan().Fill(255);
        for (int i = 0; i < images.Count; i++)
        {
            int left = Gap + i % columns * (cellWidth + Gap), top = Gap + i / columns * (cellHeight + labelHeight + Gap);
            Place(images[i], sheet, left + (cellWidth - images[i].Width) / 2, top + (cellHeight - images[i].Height) / 2);
            if (labels is not null)
                Place(LabelFont.Draw(labels[i], cellWidth, labelHeight, fontSize), sheet, left, top + cellHeight);
        }

        return sheet;
    }

    private static void Place(RgbImage image, RgbImage sheet, int left, int top)
    {
        for (int y = 0; y < image.Height; y++)
        {
            image.Buffer.AsSpan(y * image.Width * 3, image.Width * 3)
                .CopyTo(sheet.Buffer.AsSpan(((top + y) * sheet.Width + left) * 3));
        }
    }
}
