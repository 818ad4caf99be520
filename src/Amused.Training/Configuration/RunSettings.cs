using System.Text.Json.Nodes;

namespace Amused.Training;

/// <summary>What the loop needs to know of a run's settings, whatever is trained.</summary>
/// <param name="Output">The run's folder.</param>
/// <param name="Checkpoints">What is kept along the way.</param>
/// <param name="MaxSteps">How many updates the run has in all.</param>
/// <param name="MaxBadSteps">How many updates in a row may be left out.</param>
/// <param name="Saved">All settings, as a checkpoint keeps them.</param>
/// <param name="ReadSaved">Reads a checkpoint's settings from its file, with whatever defaults have come since.</param>
/// <param name="Free">The settings that may be others when a run is resumed.</param>
internal sealed record RunSettings(
    string Output, CheckpointSettings Checkpoints, long MaxSteps, int MaxBadSteps, JsonObject Saved, Func<string, JsonObject> ReadSaved, IReadOnlySet<string> Free)
{
    /// <summary>In which settings that matter the run of a checkpoint is another.</summary>
    /// <param name="path">The file with its settings.</param>
    public IEnumerable<string> DifferencesFrom(string path) => ConfigTree.Differences(Saved, ReadSaved(path), Free);
}
