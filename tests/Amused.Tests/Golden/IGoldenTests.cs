namespace Amused.Tests.Golden;

/// <summary>A class of tests that reads golden figures, and says which files, so that a file that nobody reads is noticed.</summary>
public interface IGoldenTests
{
    /// <summary>Relative paths, found by looking into <see cref="GoldenFolder"/>.</summary>
    static abstract IEnumerable<string> FilesRead { get; }
}
