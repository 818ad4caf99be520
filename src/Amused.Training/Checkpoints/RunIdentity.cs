namespace Amused.Training;

/// <summary>What a run's model and data are, by their content: the same wherever they lie.</summary>
/// <param name="force">Whether what another run has left is gone on from all the same.</param>
internal sealed class RunIdentity(bool force)
{
    private readonly Dictionary<string, string> values = [];
    private string? other;
    private IReadOnlyDictionary<string, string> saved = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Values => values;

    /// <summary>Adds a part; null: there is no telling what it is.</summary>
    public void Add(string name, string? hash)
    {
        if (hash is not null)
            values[name] = hash;
    }

    /// <summary>Refuses to go on from what a run with other settings, or another model, has left.</summary>
    /// <param name="folder">Where it lies.</param>
    /// <param name="identity">The parts of that run.</param>
    /// <param name="settings">In which settings it differs.</param>
    /// <param name="canBeForced">Whether anything could come of going on all the same.</param>
    /// <exception cref="InvalidRequestException">It is another; the message says in what, all of it.</exception>
    public void Compare(string folder, IReadOnlyDictionary<string, string> identity, IEnumerable<string> settings, bool canBeForced = true)
    {
        (other, saved) = (folder, identity);
        Refuse([.. settings, .. values.Keys.Where(IsOther).Select(name => $"{name} has another content")], canBeForced);
    }

    /// <summary>Adds a part that is known later, and compares it.</summary>
    /// <exception cref="InvalidRequestException">It is another than that run's.</exception>
    public void AddAndCompare(string name, string? hash)
    {
        Add(name, hash);
        if (other is not null && values.ContainsKey(name) && IsOther(name))
            Refuse([$"{name} has another content"], canBeForced: true);
    }

    // What was not known then, such as a program's own pictures, can't be compared.
    private bool IsOther(string name) => saved.TryGetValue(name, out var hash) && hash != values[name];

    private void Refuse(List<string> differences, bool canBeForced)
    {
        if (differences.Count > 0 && !(force && canBeForced))
        {
            throw new InvalidRequestException($"{FileFault.Printable(other!)} is of another run: {string.Join("; ", differences)}; "
                + (canBeForced ? "--force goes on all the same" : "name another folder, or delete this one"));
        }
    }
}
