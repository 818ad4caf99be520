namespace Amused.Training;

/// <summary>A data set that lies in files.</summary>
internal interface IFileSource : IImageSource
{
    /// <summary>What reading it came to so far.</summary>
    DataReport? Report { get; }

    /// <summary>What tells it from other data sets, wherever it lies (<see cref="DataFiles.Hash"/>); null where it has no files.</summary>
    string? Hash();
}
