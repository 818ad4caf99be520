namespace Amused.Training.Checkpoints;

/// <summary>What a run's model and data are, by their content: the same wherever they lie.</summary>
/// <param name="force">Whether a checkpoint of another run is gone on from all the same.</param>
internal sealed class RunIdentity(bool force)
{
    private readonly Dictionary<string, string> values = [];
    private string? checkpoint;
    private IReadOnlyDictionary<string, string> saved = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Values => values;

    /// <summary>Adds a part; null: there is no telling what it is.</summary>
    public void Add(string name, string? hash)
    {
        if (hash is not null)
            values[name] = hash;
    }

    /// <summary>Refuses to go on from the checkpoint of a run with other settings, or another model.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="settings">In which settings it differs.</param>
    /// <exception cref="InvalidRequestException">It is another; the message says in what, all of it.</exception>
    public void Compare(string folder, IEnumerable<string> settings)
    {
        checkpoint = folder;
        saved = CheckpointManifest.Read(folder).Identity;
        Refuse([.. settings, .. values.Keys.Where(IsOther).Select(name => $"{name} has another content")]);
    }

    /// <summary>Adds a part that is known later, and compares it.</summary>
    /// <exception cref="InvalidRequestException">It is another than in the checkpoint.</exception>
    public void AddAndCompare(string name, string? hash)
    {
        Add(name, hash);
        if (checkpoint is not null && values.ContainsKey(name) && IsOther(name))
            Refuse([$"{name} has another content"]);
    }

    // What was not known then, such as a program's own pictures, can't be compared.
    private bool IsOther(string name) => saved.TryGetValue(name, out var hash) && hash != values[name];

    private void Refuse(List<string> differences)
    {
        if (differences.Count > 0 && !force)
            throw new InvalidRequestException($"{FileFault.Printable(checkpoint!)} is of a run with other settings: {string.Join("; ", differences)}; --force goes on all the same");
    }
}
