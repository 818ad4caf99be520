using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>
/// AdamW over named parameters, with the moments in float32 (<see cref="AdamW"/>) or in 8 bits (<see cref="AdamW8Bit"/>). Parameters stay float32 ("master
/// weights"), whatever precision the network computes in; on the CPU all are updated in one pass over memory, on all of libtorch's threads, without copies.
/// </summary>
/// <remarks>The result does not depend on the number of threads. Parameters without a gradient are left alone.</remarks>
internal abstract class Optimizer : IOptimizer
{
    /// <summary>How much one thread updates at a time: enough to make handing it out cheap. A multiple of <see cref="AdamW8Bit.BlockSize"/>.</summary>
    private const int StretchElements = 1 << 16;

    private readonly AdamWOptions options;
    private readonly List<Trained> parameters = [];
    private readonly List<(Trained Parameter, long Start, int Count)> stretches = [];

    // A tensor, so that it is stored and restored with the rest.
    private readonly Tensor step = zeros(1, ScalarType.Int64).DetachFromDisposeScope();

    private protected Optimizer(IEnumerable<KeyValuePair<string, Tensor>> parameters, AdamWOptions? options, Func<Tensor, Moments> moments)
    {
        this.options = options ?? new();
        foreach (var (name, parameter) in parameters)
            Add(new(name, parameter, this.options.DecayRule(name, parameter), moments(parameter)));
        if (this.parameters.Count == 0)
            throw new InvalidRequestException("there is nothing to train: no parameter was given to the optimizer");
    }

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> Parameters => parameters.Select(one => KeyValuePair.Create(one.Name, one.Value));

    /// <summary>How many updates were made.</summary>
    public long StepCount => step.item<long>();

    /// <summary>The size of <see cref="State"/> in bytes.</summary>
    public long StateByteCount => State.Sum(entry => entry.Value.numel() * entry.Value.element_size());

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, Tensor>> State =>
        parameters.SelectMany(one => one.Moments.State.Select(entry => KeyValuePair.Create($"{one.Name}.{entry.Key}", entry.Value))).Prepend(new("step", step));

    /// <inheritdoc/>
    public void Step(double learningRate, double gradientScale = 1)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        step.add_(1);
        var (decaying, steady) = (Update(learningRate, true, gradientScale), Update(learningRate, false, gradientScale));
        foreach (var one in parameters)
            one.Prepare();
        foreach (var one in parameters.Where(one => one.Gradient is not null && !one.IsInPlainMemory))
            one.Moments.Apply(one.Value, one.Gradient!, one.Decays ? decaying : steady);
        Parallel.ForEach(stretches.Where(stretch => stretch.Parameter.IsInPlainMemory), new() { MaxDegreeOfParallelism = get_num_threads() }, stretch =>
        {
            var (one, start, count) = stretch;
            one.Moments.Apply(start, one.Value.Elements<float>(start, count), one.Gradient!.Elements<float>(start, count), one.Decays ? decaying : steady);
        });
        foreach (var one in parameters)
            one.Gradient = null;
    }

    /// <inheritdoc/>
    public void ClearGradients()
    {
        foreach (var one in parameters)
            one.Value.grad = null;
    }

    /// <summary>Frees the moments; parameters stay.</summary>
    public void Dispose()
    {
        foreach (var one in parameters)
            one.Moments.Dispose();
        step.Dispose();
        GC.SuppressFinalize(this);
    }

    private AdamWUpdate Update(double learningRate, bool decays, double gradientScale) => new(options, StepCount, learningRate, decays, gradientScale);

    private void Add(Trained parameter)
    {
        parameters.Add(parameter);
        for (long start = 0, all = parameter.Value.numel(); start < all; start += StretchElements)
            stretches.Add((parameter, start, (int)Math.Min(StretchElements, all - start)));
    }

    private sealed record Trained(string Name, Tensor Value, bool Decays, Moments Moments)
    {
        /// <summary>The gradient during a step.</summary>
        public Tensor? Gradient { get; set; }

        /// <summary>Whether parameter and gradient can be updated as spans of float32.</summary>
        public bool IsInPlainMemory { get; private set; }

        public void Prepare()
        {
            Gradient = Value.grad?.contiguous();
            IsInPlainMemory = Gradient is not null && Value.IsPlainFloat32() && Gradient.IsPlainFloat32();
        }
    }
}

/// <summary>AdamW (Loshchilov and Hutter, 2019) with moments in float32: 8 bytes of state per trained number.</summary>
/// <param name="parameters">What is trained, by checkpoint key: float32 leaves that require gradients.</param>
/// <param name="options">The constants; null: the defaults.</param>
/// <exception cref="InvalidRequestException">There are no parameters.</exception>
internal sealed class AdamW(IEnumerable<KeyValuePair<string, Tensor>> parameters, AdamWOptions? options = null)
    : Optimizer(parameters, options, parameter => new Float32Moments(parameter));
