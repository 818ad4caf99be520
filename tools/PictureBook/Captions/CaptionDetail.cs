namespace PictureBook.Captions;

/// <summary>How much a caption tells.</summary>
public enum CaptionDetail
{
    /// <summary>Now this, now that: as in data sets.</summary>
    Varied,

    /// <summary>Each thing with its place and, where it has one, its colour; sky and ground. Sizes and lights now and then.</summary>
    Complete,
}
