using System.Text.RegularExpressions;
using PictureBook.Scenes;
using SkiaSharp;

namespace PictureBook.Drawings;

/// <summary>Which icon of a set shows a thing, and which of its colours are the thing's own.</summary>
/// <param name="Icon">The icon's name.</param>
/// <param name="Main">
/// The colours that are turned, <c>#rrggbb</c> with spaces between them; the first becomes the named colour itself, the others keep their distance from it in lightness.
/// Empty for things of one look.
/// </param>
/// <param name="Swaps">Colours that are replaced beforehand, <c>#from>#to</c>, or left out, <c>#from>none</c>, with spaces between them.</param>
internal sealed partial record Drawing(string Icon, string Main = "", string Swaps = "")
{
    /// <summary>How much of the main part's shades is kept: full shades would make a light colour's shadow another colour.</summary>
    private const float Shading = 0.75f;

    /// <summary>The icon's SVG in a colour.</summary>
    public string Recolour(string body, ThingColour colour)
    {
        var swaps = Swaps.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(swap => swap.Split('>')).ToDictionary(pair => pair[0], pair => pair[1]);
        string[] main = Main.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Hex().Replace(body, match =>
        {
            var from = swaps.GetValueOrDefault(match.Value.ToLowerInvariant(), match.Value.ToLowerInvariant());
            return colour == ThingColour.None || !main.Contains(from) ? from : Text(Turn(SKColor.Parse(from), SKColor.Parse(main[0]), colour));
        });
    }

    private static SKColor Turn(SKColor shade, SKColor main, ThingColour colour)
    {
        var (from, reference, target) = (Oklch.Of(shade), Oklch.Of(main), Oklch.Of(Palette.Of(colour)));
        float step = (from.Lightness - reference.Lightness) * Shading;
        // A dark yellow is an olive to the eye, a shaded one an orange.
        float turn = colour == ThingColour.Yellow ? 90 * Math.Min(step, 0) : 0;
        float faded = Math.Min(1, from.Chroma / Math.Max(reference.Chroma, 0.01f));
        return new Oklch(Math.Clamp(target.Lightness + step, 0.15f, 0.98f), target.Chroma * (step > 0 ? Math.Max(faded, 0.4f) : 1), target.Hue + turn).ToColour();
    }

    private static string Text(SKColor colour) => $"#{colour.Red:x2}{colour.Green:x2}{colour.Blue:x2}";

    [GeneratedRegex("#[0-9a-fA-F]{6}\\b|#[0-9a-fA-F]{3}\\b")]
    private static partial Regex Hex();
}
