namespace Amused.Testing;

/// <summary>
/// The folder of golden figures: what the Python reference answers. <c>AMUSED_GOLDEN</c> names another folder of the same kind; otherwise
/// the one beside the checkout, or the copy among the fixtures.
/// </summary>
public static class GoldenFolder
{
    /// <summary>The trait of tests that compare with the figures.</summary>
    public const string Category = "Golden";

    public static string Repository { get; } = FindRepository();

    public static string Root { get; } = FindRoot();

    /// <summary>The folder's files whose relative path (with slashes) begins and ends so, in order.</summary>
    public static IEnumerable<string> Files(string start = "", string end = "") =>
        Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => path.StartsWith(start, StringComparison.Ordinal) && path.EndsWith(end, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>The folder of a model, by the name that stands at a place of a figure's path.</summary>
    public static string Model(string name) => Path.Combine(Root, "models", name);

    /// <summary>
    /// A model of the project's own fixtures, <c>tiny256</c> or <c>tiny512</c>: for tests that compare with no figures, and thus need not
    /// follow
    /// <see cref="Root"/>.
    /// </summary>
    public static string FixtureModel(string name) => Path.Combine(Repository, "tests", "fixtures", "golden", "models", name);

    private static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Amused.slnx")))
                return folder;
        throw new InvalidOperationException("the tests must run inside a checkout");
    }

    private static string FindRoot()
    {
        if (Environment.GetEnvironmentVariable("AMUSED_GOLDEN") is { Length: > 0 } asked)
            return Directory.Exists(asked)
                ? Path.GetFullPath(asked)
                : throw new InvalidOperationException($"AMUSED_GOLDEN: there is no folder {asked}");
        var beside = Path.GetFullPath(Path.Combine(Repository, "..", "shared", "golden"));
        return Directory.Exists(beside) ? beside : Path.Combine(Repository, "tests", "fixtures", "golden");
    }
}
