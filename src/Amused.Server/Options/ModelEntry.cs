namespace Amused.Server;

/// <summary>A model that can be asked for.</summary>
/// <param name="Id">The name that requests give.</param>
/// <param name="Source">The checkpoint: a folder, or an id on the hub.</param>
public sealed record ModelEntry(string Id, string Source)
{
    /// <summary>
    /// Reads <c>NAME=SOURCE</c>, or a source alone, which is then called by its last part (a folder) or by itself (a hub id).
    /// </summary>
    /// <exception cref="InvalidRequestException">A part is empty.</exception>
    public static ModelEntry Parse(string text)
    {
        var equals = Directory.Exists(text) ? -1 : text.IndexOf('=', StringComparison.Ordinal);
        var source = text[(equals + 1)..];
        var id = equals >= 0
            ? text[..equals]
            : Directory.Exists(text) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(text))) : text;
        return id.Length > 0 && source.Length > 0
            ? new(id, source)
            : throw new InvalidRequestException($"model '{text}' has an empty part: give FOLDER, ID or NAME=FOLDER");
    }
}
