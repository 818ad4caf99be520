using Amused.Cli.Output;
using Amused.Images;

namespace Amused.Cli.Running;

/// <summary>The files that a job writes.</summary>
/// <param name="FirstIndex">The running number of its first picture in the whole call.</param>
/// <param name="Pictures">A file for each picture.</param>
/// <param name="Animations">A file for each picture, or none.</param>
/// <param name="Tokens">The file of token ids, or null.</param>
internal sealed record OutputPlan(int FirstIndex, IReadOnlyList<string> Pictures, IReadOnlyList<string> Animations, string? Tokens)
{
    /// <summary>Names the files of all jobs and tries that they can be written, before any work is done.</summary>
    /// <exception cref="InvalidRequestException">A name's format isn't known, or one file is asked for twice.</exception>
    /// <exception cref="BrokenInputException">A file can't be written.</exception>
    public static IReadOnlyList<OutputPlan> Create(IReadOnlyList<GenerationJob> jobs)
    {
        var pictures = new Queue<string>(OutputNames.Assign([.. jobs.SelectMany(job =>
            Subjects(job, job.Output.Pictures, job.ImageCount, "out.png"))]));
        var animations = new Queue<string>(OutputNames.Assign([.. jobs.SelectMany(job =>
            Subjects(job, job.Output.Animations, job.ImageCount, "out.webp"))]));
        var tokens = new Queue<string>(OutputNames.Assign([.. jobs.SelectMany(job => Subjects(job, job.Output.Tokens, 1, "tokens.json"))]));
        var plans = new List<OutputPlan>();
        var index = 0;
        foreach (var job in jobs)
        {
            plans.Add(new(index, Take(pictures, job.ImageCount), Take(animations, job.Output.Animations is null ? 0 : job.ImageCount),
                Take(tokens, job.Output.Tokens is null ? 0 : 1).FirstOrDefault()));
            index += job.ImageCount;
        }
        ThrowIfShared(plans.SelectMany(plan => plan.Files));
        foreach (var plan in plans)
            plan.Check();
        return plans;
    }

    /// <summary>All files, in the order in which they are written.</summary>
    private IEnumerable<string> Files => [.. Pictures, .. Animations, .. Tokens is null ? Array.Empty<string>() : [Tokens]];

    /// <summary>
    /// Names of one kind differ by their numbers; a picture, an animation and tokens could still be meant for the same file.
    /// </summary>
    private static void ThrowIfShared(IEnumerable<string> files)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files)
            if (!seen.Add(Path.GetFullPath(file)))
                throw new InvalidRequestException(
                    $"{file} would be written twice: --output, --save-animation and --save-tokens each need a name of their own");
    }

    private void Check()
    {
        foreach (var picture in Pictures)
            _ = ImageFormats.FromPath(picture);
        foreach (var animation in Animations)
            AnimationWriter.CheckName(animation);
        foreach (var path in Files)
            NewFile.Try(path);
    }

    private static IEnumerable<OutputSubject> Subjects(GenerationJob job, string? pattern, int count, string nameInFolder) =>
        pattern is null
            ? []
            : Enumerable.Range(0, count).Select(k => new OutputSubject(pattern, nameInFolder, job.PromptOf(k), job.Seeds.Of(k)));

    private static List<string> Take(Queue<string> names, int count)
    {
        var taken = new List<string>();
        for (var i = 0; i < count; i++)
            taken.Add(names.Dequeue());
        return taken;
    }
}
