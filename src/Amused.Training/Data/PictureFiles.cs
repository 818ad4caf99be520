namespace Amused.Training;

/// <summary>What the files of a data set are, by the ends of their names in upper or lower case.</summary>
internal static class PictureFiles
{
    /// <summary>How the name of a picture's mask goes on where the picture's has its extension.</summary>
    public const string MaskEnding = ".mask.png";

    /// <summary>Pictures that are read, in the order of preference where an archive has one picture in several kinds.</summary>
    public static readonly IReadOnlyList<string> Read = [".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Texts beside a picture that are its caption, in the order of preference.</summary>
    public static readonly IReadOnlyList<string> Captions = [".txt", ".caption"];

    private static readonly HashSet<string> Unread =
        [".avif", ".heic", ".heif", ".tif", ".tiff", ".jxl", ".jp2", ".j2k", ".svg", ".ico", ".tga", ".psd", ".exr", ".hdr", ".dng", ".raw", ".cr2", ".cr3", ".nef", ".arw"];

    /// <summary>Whether a file is a picture that is read, or a mask.</summary>
    public static bool IsPicture(string path) => Read.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>Whether a file is the mask of a picture.</summary>
    public static bool IsMask(string path) => path.EndsWith(MaskEnding, StringComparison.OrdinalIgnoreCase);

    /// <summary>Why a file that is neither picture nor caption is left out.</summary>
    public static string WhyLeftOut(string path) => Unread.Contains(Path.GetExtension(path).ToLowerInvariant())
        ? "pictures of kinds that are not read"
        : "neither pictures nor captions";
}
