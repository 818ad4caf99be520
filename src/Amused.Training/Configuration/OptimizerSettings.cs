using static TorchSharp.torch;

namespace Amused.Training;

/// <summary>What turns gradients into updates, its learning rate, and how gradients reach it.</summary>
public sealed record OptimizerSettings
{
    /// <summary>AdamW, as published, or Muon, which learns more in each step where a model starts from nothing.</summary>
    /// <value>The default value is <see cref="OptimizerKind.AdamW"/>.</value>
    public OptimizerKind Kind { get; init; }

    /// <summary>Whether both moments are kept in 8 bits (Dettmers et al., 2022): 2 bytes of state a parameter instead of 8.</summary>
    /// <value>The default value is false.</value>
    public bool EightBit { get; init; }

    /// <summary>The base learning rate, above 0.</summary>
    /// <value>The default value is 0.0003, the published script's.</value>
    public double LearningRate { get; init; } = 3e-4;

    /// <summary>Whether the learning rate is multiplied by the pictures of an update: batch size × accumulation.</summary>
    /// <value>The default value is false.</value>
    public bool ScaleLearningRate { get; init; }

    /// <summary>How the learning rate moves.</summary>
    /// <value>The default value is <see cref="LearningRateCurve.Constant"/>.</value>
    public LearningRateCurve Schedule { get; init; }

    /// <summary>How many updates the learning rate rises for.</summary>
    /// <value>The default value is 0.</value>
    public long WarmupSteps { get; init; }

    /// <summary>Half-waves of <see cref="LearningRateCurve.CosineWithRestarts"/>.</summary>
    /// <value>The default value is 1.</value>
    public int Cycles { get; init; } = 1;

    /// <summary>Exponent of <see cref="LearningRateCurve.Polynomial"/>.</summary>
    /// <value>The default value is 1.</value>
    public double Power { get; init; } = 1;

    /// <summary>First moment's decay.</summary>
    /// <value>The default value is 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Second moment's decay.</summary>
    /// <value>The default value is 0.999.</value>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the second moment.</summary>
    /// <value>The default value is 1e-8.</value>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay.</summary>
    /// <value>The default value is 0.01.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Parameters whose names contain one of these do not decay. <c>["bias", "layer_norm.weight", "mlm_ln.weight", "embeddings.weight"]</c> is the published script's list, which misses most norms.</summary>
    /// <value>The default value is null: norms, biases and embeddings do not decay.</value>
    public IReadOnlyList<string>? NoDecay { get; init; }

    /// <summary>What the length of all gradients together is cut to; 0: not cut.</summary>
    /// <value>The default value is 0, as in the published script.</value>
    public double MaxGradientNorm { get; init; }

    /// <summary>fp16 only: the first loss scale.</summary>
    /// <value>The default value is 65,536.</value>
    public float InitialLossScale { get; init; } = 65536;

    internal void Validate()
    {
        Range.Positive(("optimizer.learning_rate", LearningRate), ("optimizer.epsilon", Epsilon), ("optimizer.initial_loss_scale", InitialLossScale));
        Range.NotNegative(
            ("optimizer.warmup_steps", WarmupSteps), ("optimizer.weight_decay", WeightDecay), ("optimizer.max_gradient_norm", MaxGradientNorm), ("optimizer.power", Power));
        Range.BelowOne(("optimizer.beta1", Beta1), ("optimizer.beta2", Beta2));
        Range.AtLeastOne(("optimizer.cycles", Cycles));
        if (EightBit && Kind != OptimizerKind.AdamW)
            throw new InvalidRequestException("optimizer.eight_bit: only AdamW keeps its moments in 8 bits; leave it out, or set optimizer.kind to adam_w");
    }

    /// <summary>Makes the optimizer.</summary>
    /// <param name="parameters">What is trained, by checkpoint key.</param>
    /// <param name="computeType">What the networks compute in.</param>
    internal IOptimizer Create(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, ScalarType computeType) => (Kind, EightBit) switch
    {
        (OptimizerKind.Muon, _) => new Muon(parameters, Muon(computeType == ScalarType.BFloat16 ? computeType : ScalarType.Float32)),
        (_, true) => new AdamW8Bit(parameters, AdamW),
        _ => new AdamW(parameters, AdamW),
    };

    internal AdamWOptions AdamW => new()
    {
        Beta1 = Beta1,
        Beta2 = Beta2,
        Epsilon = Epsilon,
        Decay = WeightDecay,
        DecayRule = NoDecay is null ? Training.WeightDecay.OfMatrices : Training.WeightDecay.Except(NoDecay),
    };

    private MuonOptions Muon(ScalarType productType) => new()
    {
        IsMatrix = MuonOptions.OfLayers,
        Others = AdamW,
        Decay = WeightDecay,
        DecayRule = AdamW.DecayRule,
        ProductType = productType,
    };

    internal LearningRateSchedule Rates(long steps, long picturesPerUpdate) => new()
    {
        BaseRate = LearningRate * (ScaleLearningRate ? picturesPerUpdate : 1),
        TotalUpdates = steps,
        Curve = Schedule,
        WarmupUpdates = WarmupSteps,
        Cycles = Cycles,
        Power = Power,
    };
}
