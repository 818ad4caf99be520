using System.CommandLine;
using Amused.Cli.Options;
using Amused.Cli.Running;

namespace Amused.Cli.Commands;

/// <summary><c>amused train-vq</c>: trains a VQGAN, from nothing or further.</summary>
internal sealed class TrainVqCommand : DocumentedCommand
{
    private readonly Argument<string> data = new("FOLDER") { Description = "A folder of pictures; captions don't matter." };

    private readonly Option<string?> config = new DocumentedOption<string?>("--config", "FILE",
        "The sizes of a VQGAN to train from nothing, as its config.json has them.", "none: this or --from must be given", "--config vq.json")
    { Group = OptionGroups.Model };

    private readonly Option<string?> from = new DocumentedOption<string?>("--from", "FOLDER",
        "The VQGAN to train further: a checkpoint's folder, or the folder vqvae in it.", "none: this or --config must be given", "--from ./my-model")
    { Group = OptionGroups.Model };

    private readonly Option<string> output = new DocumentedOption<string>("--output", "FOLDER",
        "Where the run is written: vqvae in the published layout when it is done, log.csv with a line of figures every ten steps, and checkpoints.", "none: it must be given", "--output ./vq-run", "-o")
    {
        Group = OptionGroups.Output,
        Required = true,
    };

    private readonly Option<string?> plan = new DocumentedOption<string?>("--plan", "FILE",
        "A JSON file with any setting of the training: phases, weights of the losses, discriminator and so on, as under \"options\" in a checkpoint's run.json. Other options go before it.",
        "none", "--plan plan.json")
    { Group = OptionGroups.Training };

    private readonly Option<IReadOnlyList<long>?> steps = new DocumentedOption<IReadOnlyList<long>?>("--steps", "CROPS,WHOLE,QUANTIZED",
        "Steps of the three phases: an auto-encoder on crops, on whole pictures, and with codes from clusters of its latents in their place. 0 leaves a phase out.",
        "20000,3000,4000", "--steps 20000,3000,4000")
    {
        Group = OptionGroups.Training,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = OptionValues.WholeNumbers(0, int.MaxValue),
    };

    private readonly Option<int?> resolution = Whole("--resolution", "PIXELS", "The side to which pictures are scaled and cut: a multiple of the VQGAN's factor.", "128", "--resolution 128", 1);

    private readonly Option<int?> cropSize = Whole("--crop-size", "PIXELS", "The side of the crops of the first phase: a multiple of the VQGAN's factor.", "half the resolution", "--crop-size 64", 1);

    private readonly Option<int?> batchSize = Whole("--batch-size", "N", "Crops in a step; a step on whole pictures has half as many.", "8", "--batch-size 8", 1);

    private readonly Option<double?> learningRate = new DocumentedOption<double?>("--learning-rate", "RATE", "The highest learning rate on crops; half of it on whole pictures.", "0.001", "--learning-rate 0.001")
    {
        Group = OptionGroups.Training,
        CustomParser = OptionValues.Fraction(),
    };

    private readonly Option<int?> discriminatorStart = Whole("--discriminator-start", "STEP",
        "Trains against a patch discriminator from this step of the whole run on, counted from 0.", "never", "--discriminator-start 25000", 0);

    private readonly Option<double?> ema = new DocumentedOption<double?>("--ema", "DECAY", "Averages the weights over the steps with this decay, and writes the averages in the end.", "off", "--ema 0.999")
    {
        Group = OptionGroups.Training,
        CustomParser = OptionValues.Fraction(),
    };

    private readonly Option<bool> bfloat16 = new DocumentedOption<bool>("--bf16", "",
        "Computes activations in bfloat16; weights, latents and losses stay float32.", "off", "--bf16")
    { Group = OptionGroups.Training };

    private readonly Option<int?> seed = Whole("--seed", "S", "What new weights, the order of the pictures, crops and clusters derive from.", "0", "--seed 42", 0);

    private readonly Option<int?> saveEvery = Whole("--save-every", "N", "After how many steps a checkpoint is written; the last two are kept. One is also written when the run is stopped.", "1000", "--save-every 500", 1);

    private readonly Option<float?> timeLimit = new DocumentedOption<float?>("--time-limit", "MINUTES", "Saves and stops after this time.", "none", "--time-limit 30")
    {
        Group = OptionGroups.Training,
        CustomParser = OptionValues.Number(0.01, 1e6),
    };

    private readonly Option<bool> resume = new DocumentedOption<bool>("--resume", "",
        "Goes on from the output folder's latest checkpoint, to exactly the weights of a run that was never stopped.", "off", "--resume")
    { Group = OptionGroups.Training };

    public TrainVqCommand(Host host) : base("train-vq", "Train a VQGAN, the part that turns pictures into tokens and back.")
    {
        Add(data);
        foreach (var option in (Option[])[config, from, output, plan, steps, resolution, cropSize, batchSize, learningRate, discriminatorStart, ema, bfloat16, seed, saveEvery, timeLimit, resume])
            Add(option);
        SetAction(parse => VqTrainingJob.Execute(host, Read(parse)));
    }

    public override IReadOnlyList<string> Examples =>
    [
        "amused train-vq ./pictures --config vq.json --output ./vq-run --bf16",
        "amused train-vq ./pictures --config vq.json --output ./vq-run --bf16 --resume",
        "amused train-vq ./pictures --from ./my-model --steps 0,0,2000 --discriminator-start 500 --output ./vq-run",
    ];

    private VqTrainingChoice Read(ParseResult parse)
    {
        if (parse.GetValue(config) is null == parse.GetValue(from) is null)
            throw new InvalidRequestException("either --config (a VQGAN from nothing) or --from (one to train further) must be given, and not both");
        if (parse.GetValue(steps) is { Count: not 3 })
            throw new InvalidRequestException("--steps takes three numbers, those of crops, whole pictures and codes: --steps 20000,3000,4000");
        return new()
        {
            Data = parse.GetValue(data)!, Config = parse.GetValue(config), From = parse.GetValue(from), Output = parse.GetValue(output)!, Plan = parse.GetValue(plan),
            Steps = parse.GetValue(steps), Resolution = parse.GetValue(resolution), CropSize = parse.GetValue(cropSize), BatchSize = parse.GetValue(batchSize),
            LearningRate = parse.GetValue(learningRate), DiscriminatorStart = parse.GetValue(discriminatorStart), Ema = parse.GetValue(ema),
            BFloat16 = parse.GetValue(bfloat16), Seed = parse.GetValue(seed), SaveEvery = parse.GetValue(saveEvery),
            TimeLimit = parse.GetValue(timeLimit) is { } minutes ? TimeSpan.FromMinutes(minutes) : null, Resumes = parse.GetValue(resume),
        };
    }

    private static DocumentedOption<int?> Whole(string name, string value, string summary, string defaultText, string example, int least) => new(name, value, summary, defaultText, example)
    {
        Group = OptionGroups.Training,
        CustomParser = OptionValues.WholeNumber(least, int.MaxValue),
    };
}
