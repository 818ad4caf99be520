namespace Amused.Server;

/// <summary>A picture of the history.</summary>
/// <param name="Id">Its name, which nobody guesses.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Prompt">The prompt.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="Bytes">Length of its file.</param>
/// <param name="Settings">What makes it again, as JSON, by the long names of the command line's options.</param>
public sealed record HistoryItem(string Id, DateTimeOffset Created, string Prompt, int Width, int Height, long Bytes, string Settings);

/// <summary>A part of the history, newest first.</summary>
/// <param name="Items">The pictures.</param>
/// <param name="Next">Where the next part begins; null at the end.</param>
public sealed record HistoryPart(IReadOnlyList<HistoryItem> Items, long? Next);
