using Amused.Networks.Vqgan;
using Amused.Runtime;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>A VQGAN whose parameters are trained: float32, in memory of their own, and with gradients.</summary>
internal sealed class VqNetwork : IDisposable
{
    private VqNetwork(VqModelConfig config, IParameterSource source)
    {
        TorchRuntime.EnsureLoaded();
        Model = new(config, new(source, Parameters));
        foreach (var (_, parameter) in Parameters)
            parameter.requires_grad_(true);
    }

    /// <summary>The model.</summary>
    public VqModel Model { get; }

    /// <summary>Its parameters by checkpoint key.</summary>
    public ParameterSet Parameters { get; } = new();

    /// <summary>The last layer's weight, where losses are weighed against each other.</summary>
    internal Tensor LastLayer => Parameters["decoder.conv_out.weight"];

    /// <summary>A model that has learnt nothing.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="seed">The seed of its weights.</param>
    /// <exception cref="BrokenInputException">The sizes contradict each other, or aMUSEd's.</exception>
    public static VqNetwork Create(VqModelConfig config, long seed)
    {
        using RandomSource source = new(seed);
        return new(config, new ConvolutionStart(source));
    }

    /// <summary>A trained model to go on with.</summary>
    /// <param name="folder">A checkpoint with a folder <c>vqvae</c>, or that folder itself.</param>
    /// <param name="variant">The word before the files' extension (<c>fp16</c>); null for the plain files.</param>
    /// <exception cref="BrokenInputException">There is none, or it is damaged.</exception>
    public static VqNetwork Load(string folder, string? variant = null)
    {
        TorchRuntime.EnsureLoaded();
        var component = VqFolder.Of(folder);
        var config = ConfigJson.Read<VqModelConfig>(Path.Combine(component, "config.json"));
        using CheckpointSource source = new(WeightFiles.Find(component, variant).Paths);
        VqNetwork network = new(config, new OwnMemory(source));
        source.ThrowIfLeftOver();
        return network;
    }

    /// <summary>Writes the folder <c>vqvae</c>, in the published layout.</summary>
    /// <param name="folder">The folder to make it in.</param>
    /// <exception cref="BrokenInputException">It can't be written.</exception>
    public void Save(string folder)
    {
        using var noGrad = no_grad();
        new CheckpointWriter(folder, variant: null).WriteVq(Model.Config, Parameters);
    }

    /// <summary>Frees the parameters.</summary>
    public void Dispose() => Parameters.Dispose();

    /// <summary>
    /// Starts residual branches at zero, so that the network is a shallow one at first (Goyal et al., 2017, section 5.1), and all other
    /// convolutions such that what they give has the variance of what they get: at the usual start each takes two thirds of it away, and
    /// behind the dozen that lie one after the other residual branches drown what is left of the picture.
    /// </summary>
    private sealed class ConvolutionStart(IParameterSource source) : IParameterSource
    {
        /// <summary>From a uniform distribution in ±1/√fan-in to one of variance 1/fan-in.</summary>
        private static readonly float Gain = MathF.Sqrt(3);

        public Tensor Take(string name, ReadOnlySpan<long> shape, ParameterInit init)
        {
            if (name.EndsWith(".conv2.weight", StringComparison.Ordinal))
                return source.Take(name, shape, ParameterInit.Zeros);
            if (shape.Length != 4)
                return source.Take(name, shape, init);
            using var noGrad = no_grad();
            return source.Take(name, shape, ParameterInit.FanIn).mul_(Gain);
        }
    }

    /// <summary>Copies what may be a view of a file.</summary>
    private sealed class OwnMemory(IParameterSource source) : IParameterSource
    {
        public Tensor Take(string name, ReadOnlySpan<long> shape, ParameterInit init)
        {
            using var mapped = source.Take(name, shape, init);
            return mapped.clone().DetachFromDisposeScope();
        }
    }
}
