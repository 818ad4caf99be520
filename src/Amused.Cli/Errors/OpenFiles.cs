using System.Globalization;

namespace Amused.Cli.Errors;

/// <summary>Whether this process may open as many files as it takes.</summary>
/// <remarks>
/// .NET keeps each library open that it has loaded. Where it can't open one more, telling so fails as well, and the process would end
/// without a word: hence the question at the start.
/// </remarks>
internal static class OpenFiles
{
    /// <summary>Twice what a picture takes, and what the server takes with some dozens of clients.</summary>
    public const int Needed = 256;

    /// <summary>Where Linux tells a process its limits.</summary>
    private const string Limits = "/proc/self/limits";

    /// <exception cref="BrokenInputException">The limit is too low.</exception>
    public static void Require()
    {
        if (File.Exists(Limits))
            Require(File.ReadAllLines(Limits));
    }

    /// <param name="limits">
    /// A line for each limit: name, soft limit (which .NET raises to the hard one by itself), hard limit, unit.
    /// </param>
    /// <exception cref="BrokenInputException">The limit is too low.</exception>
    internal static void Require(IEnumerable<string> limits)
    {
        const string name = "Max open files";
        var words = limits.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?[name.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [_, var hard, ..] && int.TryParse(hard, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit < Needed)
            throw new BrokenInputException(
                $"no more than {limit} files may be open at once here, and {Needed} are needed: raise the limit (ulimit -n)");
    }
}
