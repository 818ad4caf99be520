namespace Amused.Runtime;

/// <summary>
/// All that this library can change in libtorch, and in the memory and the threads of its process: one list of measures, each with
/// its reason and the versions that it is for.
/// </summary>
/// <remarks>
/// <para>
/// A program that references the package gets only what corrects wrong results, <see cref="ScalarQuarantine"/>, and what keeps warnings
/// about nothing off its standard error, <see cref="NnPack"/>. A program that does nothing beside making pictures chooses more at its
/// start, as the command line and the server do: <c>TorchTuning.Use(TorchTuning.CommandLine)</c>.
/// </para>
/// <para>
/// The user has the last word, by the environment variable <c>AMUSED_TUNING</c>: words between commas, of which <c>native-heap</c>
/// switches that measure on, <c>-native-heap</c> switches it off, and <c>all</c> and <c>none</c> stand for every measure.
/// <c>amused info</c> shows each and its state.
/// </para>
/// </remarks>
public static class TorchTuning
{
    private static readonly Lock gate = new();
    private static TuningMoment? reached;
    private static TorchLibraries? libraries;
    private static long tensorQuarantineBytes = 256L << 20;

    /// <summary>
    /// Keeps numbers that TorchSharp passes to libtorch until they have been read. It is on in every program, as results are wrong
    /// without it.
    /// </summary>
    public static TuningMeasure ScalarQuarantine { get; } = new(
        "scalar-quarantine",
        "keeps each number that TorchSharp passes to libtorch until it has been read; without it, results are wrong now and then",
        TuningMoment.WhenLoaded,
        TorchVersions.Known,
        static native => Runtime.ScalarQuarantine.Install(native!.TorchSharp));

    /// <summary>
    /// Keeps tensors that were left to the garbage collector until libtorch has surely read them, within
    /// <see cref="TensorQuarantineBytes"/>. This library disposes of its own; it is for programs that use TorchSharp outside of dispose
    /// scopes.
    /// </summary>
    public static TuningMeasure TensorQuarantine { get; } = new(
        "tensor-quarantine",
        "keeps tensors that were left to the garbage collector for a while: for programs that use TorchSharp outside of dispose scopes",
        TuningMoment.WhenLoaded,
        TorchVersions.Known,
        static native => Runtime.TensorQuarantine.Install(native!, TensorQuarantineBytes));

    /// <summary>Hands products of float32 matrices on the CPU to oneDNN, where that is faster than MKL and just as exact.</summary>
    public static TuningMeasure Float32Products { get; } = new(
        "float32-products",
        "multiplies float32 matrices by oneDNN instead of MKL, which is slow on processors that aren't Intel's",
        TuningMoment.WhenReady,
        TorchVersions.Known with { TorchSharp = null },
        static native => Runtime.Float32Products.PreferOneDnn(native!.TorchCpu));

    /// <summary>Has the C library's heap keep what is freed for the next forward pass (glibc).</summary>
    public static TuningMeasure NativeHeap { get; } = new(
        "native-heap",
        "has the C library keep freed memory for the next forward pass, instead of mapping each large block anew",
        TuningMoment.WhenReady,
        TorchVersions.Any,
        static _ => Runtime.NativeHeap.KeepFreedMemory());

    /// <summary>Lets libtorch's threads sleep soon when they have no work (GNU OpenMP).</summary>
    public static TuningMeasure NativeThreads { get; } = new(
        "native-threads",
        "lets OpenMP's threads without work sleep soon, instead of spinning on cores that others need",
        TuningMoment.BeforeLoading,
        TorchVersions.Any,
        static _ => Runtime.NativeThreads.WaitQuietly());

    /// <summary>
    /// Makes libtorch go without NNPACK, which writes a warning for each convolution on processors that it doesn't know. It is on in every
    /// program, and changes no number.
    /// </summary>
    public static TuningMeasure NnPack { get; } = new(
        "no-nnpack",
        "makes libtorch go without NNPACK, which writes warnings where it can't start and isn't used where it can",
        TuningMoment.WhenReady,
        TorchVersions.Known with { TorchSharp = null },
        static native => Runtime.NnPack.SwitchOff(native!.TorchCpu));

    /// <summary>Every measure.</summary>
    public static IReadOnlyList<TuningMeasure> Measures { get; } =
        [ScalarQuarantine, TensorQuarantine, Float32Products, NativeHeap, NativeThreads, NnPack];

    /// <summary>What is on in every program.</summary>
    internal static IReadOnlyList<TuningMeasure> InEveryProgram { get; } = [ScalarQuarantine, NnPack];

    /// <summary>
    /// What the command line and the server choose beside what is on in every program: for processes that do little else than make
    /// pictures or train.
    /// </summary>
    public static IReadOnlyList<TuningMeasure> CommandLine { get; } = [Float32Products, NativeHeap, NativeThreads];

    /// <summary>The most that <see cref="TensorQuarantine"/> keeps, in bytes; to be set before libtorch is loaded.</summary>
    /// <value>0 or more. The default is 256 MiB.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public static long TensorQuarantineBytes
    {
        get => tensorQuarantineBytes;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            tensorQuarantineBytes = value;
        }
    }

    private static readonly HashSet<TuningMeasure> chosen = [.. InEveryProgram];

    // Read once, when it is first needed: what is on in a process doesn't depend on who changes the variable later.
    private static readonly Lazy<TuningSwitches> switches = new(
        () => TuningSwitches.Parse(Environment.GetEnvironmentVariable(TuningSwitches.Variable), Measures.Select(measure => measure.Name)));

    /// <summary>
    /// Chooses measures for the whole process, beside those that are chosen already. To be called at a program's start, before anything
    /// else of this library or of TorchSharp: what can't be applied once libtorch is loaded stays off then, and
    /// <see cref="TuningMeasure.WhyOff"/> says so.
    /// </summary>
    /// <param name="measures">Some of <see cref="Measures"/>.</param>
    /// <exception cref="InvalidRequestException">
    /// The environment variable <c>AMUSED_TUNING</c> names a measure that doesn't exist.
    /// </exception>
    public static void Use(params IEnumerable<TuningMeasure> measures)
    {
        ArgumentNullException.ThrowIfNull(measures);
        _ = switches.Value;
        lock (gate)
        {
            foreach (var measure in measures.Where(chosen.Add))
            {
                if (reached is not { } now || measure.Moment > now || measure.IsOn)
                    continue;
                if (measure.Moment == TuningMoment.WhenReady)
                    Settle(measure);
                else
                    measure.LeaveOff("it was chosen when libtorch was loaded already");
            }
        }
    }

    /// <summary>Applies what is chosen for a moment. Called once for each, in their order.</summary>
    /// <param name="moment">The moment that has come.</param>
    /// <param name="loaded">The libraries; null before they are loaded.</param>
    internal static void Reach(TuningMoment moment, TorchLibraries? loaded)
    {
        lock (gate)
        {
            (reached, libraries) = (moment, loaded);
            foreach (var measure in Measures.Where(measure => measure.Moment == moment))
                Settle(measure);
        }
    }

    private static void Settle(TuningMeasure measure)
    {
        var wish = switches.Value[measure.Name];
        if (wish ?? chosen.Contains(measure))
            measure.Apply(libraries);
        else
            measure.LeaveOff(wish is null ? "not chosen by this program" : $"switched off by {TuningSwitches.Variable}");
    }
}
