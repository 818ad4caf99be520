namespace Amused.Testing;

/// <summary>A folder for one test, deleted with all that is in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("amused-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The names of all files in it, in order.</summary>
    public string[] Names => [.. Files().Select(file => System.IO.Path.GetRelativePath(Path, file)).Order(StringComparer.Ordinal)];

    /// <summary>The paths of all files in it.</summary>
    public string[] Files(string pattern = "*") => Directory.GetFiles(Path, pattern, SearchOption.AllDirectories);

    /// <summary>Writes a file, and the folders that it lies in.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <inheritdoc cref="Write(string, byte[])"/>
    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
