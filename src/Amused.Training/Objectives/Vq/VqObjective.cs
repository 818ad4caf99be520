using Amused.Networks.Vqgan;
using Amused.Weights;
using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>A VQGAN learns to make of a picture codes, and of the codes the picture.</summary>
internal sealed class VqObjective : ITrainingObjective
{
    private readonly VqTrainingConfig config;
    private readonly VqNetwork network;
    private readonly VqUpdates updates;

    private VqObjective(VqTrainingConfig config, VqNetwork network)
    {
        (this.config, this.network) = (config, network);
        config.ValidateFor(network.Model.Config.DownsamplingFactor);
        updates = new(network, config);
    }

    public IEnumerable<KeyValuePair<string, Tensor>> Weights => network.Parameters;

    public IEnumerable<KeyValuePair<string, Tensor>> State => updates.State;

    /// <summary>Makes or loads the network.</summary>
    public static VqObjective Load(VqTrainingConfig config)
    {
        var network = config.Model.Name is { } name
            ? VqNetwork.Load(name, config.Model.Variant)
            : VqNetwork.Create(ConfigJson.Read<VqModelConfig>(config.Model.Config!), config.Seed);
        try
        {
            return new(config, network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public void AddTo(RunIdentity identity)
    {
        if (config.Model.Name is { } name)
            identity.Add("model", ModelHash.OfWholeVq(VqFolder.Of(name), config.Model.Variant));
        else
            identity.Add("model.config", ModelHash.OfSizes(network.Model.Config));
    }

    /// <summary>Begins to train.</summary>
    /// <param name="training">The pictures to train on.</param>
    /// <param name="judging">Those to judge by; null: none.</param>
    /// <param name="hooks">What the caller wants to hear.</param>
    /// <param name="step">How many updates are done.</param>
    /// <param name="start">The place of the first picture.</param>
    public ITrainingRun Begin(IImageSource training, IImageSource? judging, VqTrainingHooks hooks, long step, DataPosition start)
    {
        updates.StepsDone = step;
        return new VqRun(config, updates, training, judging is null ? null : new(judging, config), hooks, start);
    }

    public void Save(string folder) => updates.WithAverage(() =>
    {
        network.Save(folder);
        return true;
    });

    public void SaveBeside(string folder) => Save(folder);

    /// <summary>What the network, averaged where there is an average, makes of pictures; see <see cref="VqTrainer.Reconstruct"/>.</summary>
    public Tensor Reconstruct(Tensor pixels, bool quantize) => updates.WithAverage(() => updates.Reconstruct(pixels, quantize));

    public void Dispose()
    {
        updates.Dispose();
        network.Dispose();
    }
}
