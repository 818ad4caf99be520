namespace Amused.Runtime;

/// <summary>
/// One thing that the library can change in libtorch, or in the memory or the threads of its process; <see cref="TorchTuning"/> has them
/// all.
/// </summary>
public sealed class TuningMeasure
{
    private readonly Func<TorchLibraries?, string?> apply;

    /// <summary>Describes a measure.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="reason">What it is for.</param>
    /// <param name="moment">When it is applied.</param>
    /// <param name="madeFor">The versions that it is for.</param>
    /// <param name="apply">
    /// Applies it, and returns why that wasn't possible; null: it was. The libraries are null before they are loaded.
    /// </param>
    internal TuningMeasure(string name, string reason, TuningMoment moment, TorchVersions madeFor, Func<TorchLibraries?, string?> apply) =>
        (Name, Reason, Moment, Versions, this.apply) = (name, reason, moment, madeFor, apply);

    /// <summary>Its name, by which the environment variable <c>AMUSED_TUNING</c> switches it: <c>native-heap</c>.</summary>
    public string Name { get; }

    /// <summary>What it is for, in one sentence.</summary>
    public string Reason { get; }

    /// <summary>The versions of TorchSharp and libtorch that it is for, in words; with others it stays off.</summary>
    public string MadeFor => Versions.ToString();

    /// <summary>Whether it is in effect.</summary>
    public bool IsOn => WhyOff is null;

    /// <summary>Why it isn't in effect, in a few words; null when it is.</summary>
    public string? WhyOff { get; private set; } = "libtorch isn't loaded yet";

    internal TuningMoment Moment { get; }

    internal TorchVersions Versions { get; }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

    /// <summary>Leaves it off.</summary>
    internal void LeaveOff(string why) => WhyOff = why;

    /// <summary>Puts it into effect where it is for the libraries that are there, and where the system lets it.</summary>
    /// <param name="libraries">The libraries; null before they are loaded.</param>
    internal void Apply(TorchLibraries? libraries) =>
        WhyOff = Versions.Mismatch(libraries?.Versions ?? TorchVersions.Any) ?? apply(libraries);
}

/// <summary>When a measure is applied.</summary>
internal enum TuningMoment
{
    /// <summary>Before libtorch is in the process, as it reads something at its start.</summary>
    BeforeLoading,

    /// <summary>When libtorch and TorchSharp's native half have just been loaded, and nothing of them runs yet.</summary>
    WhenLoaded,

    /// <summary>When TorchSharp can be used, or at any time later.</summary>
    WhenReady,
}
