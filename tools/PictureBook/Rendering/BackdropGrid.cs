namespace PictureBook.Rendering;

/// <summary>
/// The grid of sixteenths that all of a backdrop is drawn on, so that a star, a blade of grass or a cloud looks to a VQGAN of factor 8 the same wherever it is. The canvas is one
/// wide and one high.
/// </summary>
internal static class BackdropGrid
{
    private const int CellsAcross = 16;

    /// <summary>The nearest line of the grid.</summary>
    public static float Line(float position) => MathF.Round(CellsAcross * position) / CellsAcross;

    /// <summary>The middle of the cell that a position is in.</summary>
    public static float CellMiddle(float position) => (MathF.Floor(CellsAcross * position) + 0.5f) / CellsAcross;
}
