namespace PictureBook.Pixels;

/// <summary>Counts what pixels speak for; some may weigh more than others.</summary>
internal sealed class Votes<T> where T : struct, Enum
{
    private readonly Dictionary<T, float> counts = [];

    /// <summary>What was given for one.</summary>
    public float this[T label] => counts.GetValueOrDefault(label);

    /// <summary>Adds a pixel's vote; null is none.</summary>
    public void Add(T? label, float weight = 1)
    {
        if (label is { } one)
            counts[one] = counts.GetValueOrDefault(one) + weight;
    }

    /// <summary>What has most votes, the first in the labels' order of several; null when nobody voted.</summary>
    public T? Winner => counts.Count == 0 ? null : counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).First().Key;
}
