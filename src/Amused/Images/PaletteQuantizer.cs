namespace Amused.Images;

/// <summary>
/// A picture in at most 256 colours: the very colours where they are few enough, else the means of boxes of colours, cut in two again and again
/// (after P. Heckbert's median cut, 1982), with R. Floyd and L. Steinberg's error diffusion (1976).
/// </summary>
internal static class PaletteQuantizer
{
    private const int Bits = 5;
    private const int Drop = 8 - Bits;

    // What colours outside the palette's reach pile up would otherwise burst out in specks.
    private const int LargestError = 24;

    /// <summary>The palette, (N, 3) with N at most <paramref name="colours"/>, and each pixel's place in it, (H, W).</summary>
    public static (byte[] Palette, byte[] Indices) Quantize(RgbImage image, int colours) =>
        Exact(image.Buffer, colours) ?? Diffuse(image, CutBoxes(image.Buffer, colours));

    private static (byte[], byte[])? Exact(byte[] pixels, int colours)
    {
        var places = new Dictionary<int, byte>();
        var indices = new byte[pixels.Length / 3];
        for (int i = 0; i < indices.Length; i++)
        {
            int colour = pixels[3 * i] << 16 | pixels[3 * i + 1] << 8 | pixels[3 * i + 2];
            if (!places.TryGetValue(colour, out byte place))
            {
                if (places.Count == colours)
                    return null;
                places.Add(colour, place = (byte)places.Count);
            }

            indices[i] = place;
        }

        return ([.. places.OrderBy(entry => entry.Value).SelectMany(entry => new[] { (byte)(entry.Key >> 16), (byte)(entry.Key >> 8), (byte)entry.Key })], indices);
    }

    /// <summary>Halves the box of colours that holds the most squared deviation, along its widest channel, until there are enough boxes; their means.</summary>
    private static byte[] CutBoxes(byte[] pixels, int colours)
    {
        var boxes = new PriorityQueue<Box, double>();
        Add(Box.Of(pixels));
        while (boxes.Count < colours && boxes.TryPeek(out _, out double priority) && priority < 0)
        {
            var (low, high) = boxes.Dequeue().Split();
            Add(low);
            Add(high);
        }

        return [.. boxes.UnorderedItems.SelectMany(item => item.Element.Mean)];

        // The queue gives the smallest first.
        void Add(Box box) => boxes.Enqueue(box, -box.Deviation);
    }

    private static (byte[], byte[]) Diffuse(RgbImage image, byte[] palette)
    {
        int width = image.Width;
        var indices = new byte[width * image.Height];
        var nearest = new short[1 << (3 * Bits)];
        Array.Fill(nearest, (short)-1);
        // Errors in sixteenths for this row and the next, with one place more at each end.
        var here = new int[(width + 2) * 3];
        var below = new int[(width + 2) * 3];
        Span<int> colour = stackalloc int[3];
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int at = (y * width + x) * 3, error = (x + 1) * 3;
                for (int c = 0; c < 3; c++)
                    colour[c] = Math.Clamp(image.Buffer[at + c] + Math.Clamp(here[error + c] / 16, -LargestError, LargestError), 0, 255);
                int place = indices[at / 3] = Nearest(colour, palette, nearest);
                for (int c = 0; c < 3; c++)
                {
                    int missed = colour[c] - palette[3 * place + c];
                    here[error + 3 + c] += missed * 7;
                    below[error - 3 + c] += missed * 3;
                    below[error + c] += missed * 5;
                    below[error + 3 + c] += missed;
                }
            }

            (here, below) = (below, here);
            Array.Clear(below);
        }

        return (palette, indices);
    }

    private static byte Nearest(ReadOnlySpan<int> colour, byte[] palette, short[] known)
    {
        // Searched once for each cell of 8 × 8 × 8 colours: the error that this adds is diffused with the rest.
        int key = colour[0] >> Drop << (2 * Bits) | colour[1] >> Drop << Bits | colour[2] >> Drop;
        if (known[key] >= 0)
            return (byte)known[key];
        int best = 0, least = int.MaxValue;
        for (int i = 0; i < palette.Length; i += 3)
        {
            int red = colour[0] - palette[i], green = colour[1] - palette[i + 1], blue = colour[2] - palette[i + 2];
            int distance = red * red + green * green + blue * blue;
            if (distance < least)
                (best, least) = (i / 3, distance);
        }

        known[key] = (short)best;
        return (byte)best;
    }

    /// <summary>Colours of the picture, in cells of 8 × 8 × 8: how many pixels, and the sum of their channels.</summary>
    private sealed class Box(Box.Cell[] cells)
    {
        private readonly (double Mean, double Deviation)[] channels = [Statistics(cells, 0), Statistics(cells, 1), Statistics(cells, 2)];

        /// <summary>Sum of squared distances from the mean; 0 for a box that cannot be split.</summary>
        public double Deviation => cells.Length == 1 ? 0 : channels.Sum(channel => channel.Deviation);

        public byte[] Mean => Array.ConvertAll(channels, channel => (byte)Math.Round(channel.Mean));

        public static Box Of(byte[] pixels)
        {
            var all = new Cell[1 << (3 * Bits)];
            for (int i = 0; i < pixels.Length; i += 3)
            {
                ref var cell = ref all[pixels[i] >> Drop << (2 * Bits) | pixels[i + 1] >> Drop << Bits | pixels[i + 2] >> Drop];
                cell = new(cell.Count + 1, cell.Red + pixels[i], cell.Green + pixels[i + 1], cell.Blue + pixels[i + 2]);
            }

            return new([.. all.Where(cell => cell.Count > 0)]);
        }

        public (Box, Box) Split()
        {
            int widest = Enumerable.Range(0, 3).MaxBy(c => channels[c].Deviation);
            var sorted = cells.OrderBy(cell => cell.Channel(widest)).ToArray();
            // At the mean rather than the median: a large plain area does not take both halves.
            int middle = Math.Clamp(sorted.Count(cell => cell.Channel(widest) < channels[widest].Mean), 1, sorted.Length - 1);
            return (new(sorted[..middle]), new(sorted[middle..]));
        }

        private static (double, double) Statistics(Cell[] cells, int channel)
        {
            double count = 0, sum = 0, squares = 0;
            foreach (var cell in cells)
            {
                double value = cell.Channel(channel);
                count += cell.Count;
                sum += cell.Count * value;
                squares += cell.Count * value * value;
            }

            return (sum / count, Math.Max(squares - sum * sum / count, 0));
        }

        public readonly record struct Cell(long Count, long Red, long Green, long Blue)
        {
            public double Channel(int channel) => (double)(channel switch { 0 => Red, 1 => Green, _ => Blue }) / Count;
        }
    }
}
