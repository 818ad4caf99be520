namespace Amused.Cli.Options;

/// <summary>
/// The options of <c>amused train-vq</c>, each of which stands for a setting of its configuration file; named as those of <c>amused
/// train</c> where they are the same.
/// </summary>
internal sealed class VqTrainingOptions() : SettingOptionSet(All)
{
    private const string Model = OptionGroups.Model, Data = OptionGroups.Data, Plan = "Plan", Loss = "Loss", Run = OptionGroups.Run,
    Watch = "Watching";

    private static readonly SettingNeed discriminator = new("discriminator.enabled", "--discriminator", "true"),
    ema = new("ema.enabled", "--ema", "true");

    private static IReadOnlyList<SettingOption> All =>
    [
        SettingOption.Text(Model, "--model", "model.name", "FOLDER",
            "The VQGAN to train further: a checkpoint, a run of train-vq, or the folder vqvae.",
            "none: it or --model-config must be given", "./my-model", "-m"),
        SettingOption.Text(Model, "--variant", "model.variant", "WORD", "Weight files with this word before their extension.",
            "the plain files", "fp16"),
        SettingOption.Text(Model, "--model-config", "model.config", "FILE",
            "The sizes of a VQGAN that starts from nothing, as its config.json has them.", "none", "vq.json"),

        SettingOption.Text(Data, "--data", "data.source", "PATH",
            "The pictures: a folder of images, Parquet files, a data set on the hub, tar shards (train-{0000..0099}.tar), or one "
            + "image. Captions don't matter.", "none: it must be given", "./pictures", "-d"),
        SettingOption.Whole(Data, "--resolution", "data.resolution",
            "The side to which pictures are scaled and cut: a multiple of the VQGAN's factor.", "128", "256", 1),
        SettingOption.Flag(Data, "--center-crop", "data.center_crop",
            "Cuts pictures that aren't square from the middle instead of at random."),
        SettingOption.Flag(Data, "--random-flip", "data.random_flip", "Mirrors half of the pictures."),
        SettingOption.Text(Data, "--image-column", "data.image_column", "NAME", "The column with the images of a Parquet data set.",
            "image", "picture"),
        SettingOption.Text(
            Data, "--split", "data.split", "NAME", "The part of a data set whose files or folders are named by parts.",
            "train", "validation"),
        SettingOption.Whole(Data, "--shuffle-buffer", "data.shuffle_buffer", "How many examples of a streamed source are mixed in memory.",
            "1000", "5000", 1),
        SettingOption.Whole(Data, "--workers", "data.workers", "How many threads decode; 0: as many as there are processors, at most 8.",
            "0", "4", 0),
        DataOptions.Broken,
        DataOptions.Strict(
            "Makes an error of each picture that is broken, and of each file that no picture is read from. Otherwise they are "
            + "counted and said."),

        SettingOption.Whole(Plan, "--crop-steps", "plan.crop_steps",
            "Steps of the first phase, an auto-encoder on crops; 0 leaves a phase out.", "20000", "5000", 0),
        SettingOption.Whole(Plan, "--whole-steps", "plan.whole_steps", "Steps of the second phase, an auto-encoder on whole pictures.",
            "3000", "1000", 0),
        SettingOption.Whole(Plan, "--quantized-steps", "plan.quantized_steps",
            "Steps of the third phase: codes, from clusters of the latents, in their place.", "4000", "2000", 0),
        SettingOption.Whole(Plan, "--crop-size", "plan.crop_size", "The side of the crops: a multiple of the VQGAN's factor.",
            "half the resolution", "64", 1),
        SettingOption.Whole(Plan, "--batch-size", "plan.batch_size", "Crops in a step; a step on whole pictures has half as many.", "8",
            "6", 1, "-b"),
        SettingOption.Number(Plan, "--learning-rate", "plan.learning_rate",
            "The highest learning rate on crops; half of it on whole pictures. It rises for 50 steps of each phase, and falls to 0.",
            "0.002", "0.001", 0, 100, "--lr"),
        SettingOption.Flag(Plan, "--decoder-only", "decoder_only",
            "Trains the decoder alone, with --model, --crop-steps 0 and --whole-steps 0: every token keeps its meaning, and models "
            + "that were trained on the tokens fit on."),

        SettingOption.Number(Loss, "--absolute-weight", "reconstruction.absolute", "The weight of absolute differences.", "1", "0", 0, 1e6),
        SettingOption.Number(Loss, "--squared-weight", "reconstruction.squared", "The weight of squared differences.", "1", "2", 0, 1e6),
        SettingOption.Number(Loss, "--gradient-weight", "reconstruction.gradients",
            "The weight of differences of image gradients, on several scales.", "1", "0.5", 0, 1e6),
        SettingOption.Number(Loss, "--detail-weight", "reconstruction.detail",
            "How much more places count where the picture has detail; 0: all alike.", "1", "2", 0, 1e6),
        SettingOption.Number(Loss, "--commitment-weight", "commitment_weight", "The weight of the commitment loss.", "0.25", "1", 0, 1e6),
        SettingOption.Number(Loss, "--locality-weight", "locality_weight",
            "The weight, once there are codes, of the loss that makes tokens depend on their own places alone, which makes them easier "
            + "to predict; 0: not computed.", "0", "0.15", 0, 1e6),
        SettingOption.Number(Loss, "--background-weight", "background_weight",
            "How much a pixel outside its picture's mask counts, against 1 inside. fox.mask.png beside fox.jpg is its mask, white "
                + "where it matters; pictures without one count in full.", "1", "0.1", 0.000001, 1000),
        SettingOption.Flag(Loss, "--discriminator", "discriminator.enabled", "Trains against a patch discriminator."),
        SettingOption.Whole(Loss, "--discriminator-start", "discriminator.start_step",
            "The step of the whole run, from 0, from which it trains and is listened to.", "0", "25000", 0).Only(discriminator),
        SettingOption.Number(Loss, "--discriminator-weight", "discriminator.weight",
            "The weight of its opinion, on top of the adaptive weight.", "0.5", "0.2", 0, 1e6).Only(discriminator),
        SettingOption.Whole(Loss, "--revive-after", "revive_after",
            "After how many steps without use a code is replaced by a recent latent; 0: never.", "100", "50", 0),

        SettingOption.Word(Run, "--optimizer", "optimizer",
            "What turns gradients into updates: Muon on the convolutions and AdamW on the rest, or AdamW alone, which learns less "
            + "in each step.", "muon", "adamw", ("muon", "muon"), ("adamw", "adam_w")),
        SettingOption.Number(Run, "--max-grad-norm", "max_gradient_norm", "What the length of all gradients is cut to; 0: not cut.", "1",
            "0.5", 0, 1e9),
        SettingOption.Word(Run, "--precision", "mixed_precision",
            "The arithmetic of the network; weights, latents and losses stay fp32. bf16 is very slow on processors without it.", "fp32",
            "bf16", ("fp32", "float32"), ("bf16", "b_float16")),
        SettingOption.Whole(Run, "--seed", "seed", "What all chance derives from.", "0", "42", 0),
        SettingOption.Text(Run, "--output", "output", "FOLDER", "The run's folder: checkpoints, pictures, and the result, vqvae.",
            "amused-vq", "./vq-run", "-o"),
        .. CheckpointOptions.All,
        SettingOption.Whole(Run, "--max-bad-steps", "max_bad_steps", "How many updates in a row may have a loss that is no finite number.",
            "10", "3", 1),
        SettingOption.Flag(Run, "--ema", "ema.enabled",
            "Averages the weights over the updates, and reconstructs and makes the result with the average."),
        SettingOption.Number(Run, "--ema-decay", "ema.decay", "The decay that the average reaches.", "0.999", "0.9999", 0, 1).Only(ema),

        SettingOption.Text(Watch, "--validation-data", "validation.source", "PATH",
            "Pictures to judge the run by, of any kind that --data takes.", "a share of the others, kept back", "./held-out"),
        SettingOption.Number(Watch, "--validation-share", "validation.share",
            "The share of the pictures that is kept back for it; 0: none.", "0.02", "0.1", 0, 0.9),
        SettingOption.Whole(Watch, "--validation-every", "validation.every",
            "After how many updates they are reconstructed; also at the end of each phase.", "500", "100", 1),
        SettingOption.Whole(Watch, "--validation-images", "validation.images", "How many are reconstructed.", "32", "100", 1),
        SettingOption.Whole(Watch, "--validation-shown", "validation.shown",
            "How many of these are drawn, originals over reconstructions.", "8", "16", 1),
    ];
}
