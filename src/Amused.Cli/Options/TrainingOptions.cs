namespace Amused.Cli.Options;

/// <summary>The options of <c>amused train</c>, each of which stands for a setting of its configuration file.</summary>
internal sealed class TrainingOptions() : SettingOptionSet(All)
{
    private const string Model = OptionGroups.Model, Data = OptionGroups.Data, Parts = "What is trained", Optimizer = "Optimizer",
    Loss = "Loss", Run = OptionGroups.Run, Watch = "Watching";

    private static readonly SettingNeed
        lora = new("transformer.mode", "--lora", "lora"),
        textLora = new("text_encoder.mode", "--text-encoder-lora", "lora"),
        warmUp = new("optimizer.schedule", "an --lr-scheduler that isn't constant", "constant_with_warmup", "linear", "cosine",
            "cosine_with_restarts", "polynomial"),
        restarts = new("optimizer.schedule", "--lr-scheduler cosine_with_restarts", "cosine_with_restarts"),
        polynomial = new("optimizer.schedule", "--lr-scheduler polynomial", "polynomial"),
        ema = new("ema.enabled", "--ema", "true");

    private static IReadOnlyList<SettingOption> All =>
    [
        SettingOption.Text(Model, "--model", "model.name", "FOLDER|ID", "The checkpoint to fine-tune: a folder, or a name on the hub.",
            "none: it or --model-config must be given", "amused/amused-256", "-m"),
        SettingOption.Text(Model, "--variant", "model.variant", "WORD", "Weight files with this word before their extension.",
            "the plain files", "fp16"),
        SettingOption.Text(Model, "--revision", "model.revision", "NAME", "The branch, tag or commit of a model on the hub.", "main",
            "main"),
        SettingOption.Text(Model, "--model-config", "model.config", "256|512|FILE",
            "The sizes of a model that starts from nothing: U-ViT and, with --train-text-encoder, text tower.", "none", "sizes.json"),
        SettingOption.Text(Model, "--tokenizer", "model.tokenizer", "FOLDER", "With --model-config: the tokenizer.", "one of single bytes",
            "./my-tokenizer"),
        SettingOption.Text(Model, "--vqvae", "model.vqvae", "FOLDER", "With --model-config: the checkpoint whose VQGAN is used.",
            "random weights, which make no pictures", "./my-vq"),
        SettingOption.Text(Model, "--init-from", "model.init_from", "FOLDER",
            "A checkpoint whose weights are taken for what is trained; the optimizer starts afresh.", "none", "./run/checkpoint-500"),

        SettingOption.Text(Data, "--data", "data.source", "PATH",
            "The pictures: a folder of images, Parquet files, a data set on the hub, or tar shards (train-{0000..0099}.tar); or the "
            + "shards that amused encode has made.", "none: it or --style-image must be given", "./pictures", "-d"),
        SettingOption.Text(Data, "--style-image", "data.image", "FILE",
            "One picture whose style is learnt (StyleDrop), with --prompt. Unless a recipe is given, the published one for the "
            + "model is taken.", "none", "style.png"),
        SettingOption.Text(Data, "--prompt", "data.prompt", "TEXT", "What is said of --style-image.", "none",
            "\"a fox in watercolour style\"", "-p"),
        .. DataOptions.All,
        SettingOption.Whole(Data, "--shuffle-buffer", "data.shuffle_buffer", "How many examples of a streamed source are mixed in memory.",
            "1000", "5000", 1),

        SettingOption.Flag(Parts, "--lora", "transformer.mode", "Trains a LoRA over the U-ViT instead of all its weights.", "lora"),
        SettingOption.Whole(Parts, "--lora-rank", "transformer.lora.rank", "The LoRA's rank.", "16", "8", 1).Only(lora),
        SettingOption.Number(Parts, "--lora-alpha", "transformer.lora.alpha", "What its product is multiplied by, over the rank.", "32",
            "16", 0, 1e6).Only(lora),
        SettingOption.Number(Parts, "--lora-dropout", "transformer.lora.dropout", "The share of its inputs that is hidden at each step.",
            "0", "0.1", 0, 1).Only(lora),
        SettingOption.List(Parts, "--lora-targets", "transformer.lora.targets", "NAME,…", "The ends of the names of its layers.",
            "to_q,to_k,to_v", "to_q,to_k,to_v,to_out.0").Only(lora),
        SettingOption.Flag(Parts, "--train-text-encoder", "text_encoder.mode", "Trains all weights of the text tower.", "full"),
        SettingOption.Flag(Parts, "--text-encoder-lora", "text_encoder.mode", "Trains a LoRA over the text tower.", "lora"),
        SettingOption.Whole(Parts, "--text-encoder-lora-rank", "text_encoder.lora.rank", "The rank of the text tower's LoRA.", "16", "8", 1)
            .Only(textLora),
        SettingOption.Number(Parts, "--text-encoder-lora-alpha", "text_encoder.lora.alpha", "Its alpha.", "32", "16", 0, 1e6)
            .Only(textLora),
        SettingOption.Number(Parts, "--text-encoder-lora-dropout", "text_encoder.lora.dropout", "Its dropout.", "0", "0.1", 0, 1)
            .Only(textLora),
        SettingOption.List(Parts, "--text-encoder-lora-targets", "text_encoder.lora.targets", "NAME,…",
            "The ends of the names of its layers.", "q_proj,k_proj,v_proj", "q_proj,v_proj").Only(textLora),
        SettingOption.Flag(Parts, "--freeze-transformer", "transformer.mode", "Leaves the U-ViT as it is, to train the text tower alone.",
            "frozen"),

        SettingOption.Word(Optimizer, "--optimizer", "optimizer.kind",
            "What turns gradients into updates: AdamW, or Muon on matrices and AdamW on the rest, which learns more in each step of a "
            + "run from nothing.", "adamw", "muon", ("adamw", "adam_w"), ("muon", "muon")),
        SettingOption.Flag(Optimizer, "--8bit-adam", "optimizer.eight_bit",
            "Keeps AdamW's moments in 8 bits: 2 bytes a parameter instead of 8."),
        SettingOption.Number(Optimizer, "--learning-rate", "optimizer.learning_rate", "The learning rate.", "0.0003", "1e-4", 0, 100,
            "--lr"),
        SettingOption.Flag(Optimizer, "--scale-lr", "optimizer.scale_learning_rate",
            "Multiplies the learning rate by the pictures of an update."),
        SettingOption.Word(Optimizer, "--lr-scheduler", "optimizer.schedule", "How the learning rate moves.", "constant", "cosine",
            ("constant", "constant"), ("constant_with_warmup", "constant_with_warmup"),
            ("linear", "linear"), ("cosine", "cosine"), ("cosine_with_restarts", "cosine_with_restarts"), ("polynomial", "polynomial")),
        SettingOption.Whole(Optimizer, "--lr-warmup-steps", "optimizer.warmup_steps", "How many updates it rises for.", "0", "500", 0)
            .Only(warmUp),
        SettingOption.Whole(Optimizer, "--lr-cycles", "optimizer.cycles", "How often cosine_with_restarts falls.", "1", "3", 1)
            .Only(restarts),
        SettingOption.Number(Optimizer, "--lr-power", "optimizer.power", "The exponent of polynomial.", "1", "2", 0, 100).Only(polynomial),
        SettingOption.Number(Optimizer, "--adam-beta1", "optimizer.beta1", "The first moment's decay.", "0.9", "0.9", 0, 1),
        SettingOption.Number(Optimizer, "--adam-beta2", "optimizer.beta2", "The second moment's decay.", "0.999", "0.99", 0, 1),
        SettingOption.Number(Optimizer, "--adam-epsilon", "optimizer.epsilon", "Added to the root of the second moment.", "1e-8", "1e-6",
            0, 1),
        SettingOption.Number(Optimizer, "--weight-decay", "optimizer.weight_decay", "Decoupled weight decay.", "0.01", "0.05", 0, 100),
        SettingOption.Number(Optimizer, "--max-grad-norm", "optimizer.max_gradient_norm",
            "What the length of all gradients is cut to; 0: not cut.", "0", "1", 0, 1e9),

        SettingOption.Number(Loss, "--min-masking-rate", "loss.min_masking_rate", "The smallest share of tokens that is masked.", "0",
            "0.1", 0, 1),
        SettingOption.Number(Loss, "--contiguous-masks", "loss.contiguous_masks", "The chance that a picture's mask is one rectangle.",
            "0", "0.15", 0, 1),
        SettingOption.Number(Loss, "--label-smoothing", "loss.label_smoothing", "The share of the target spread over all codes.", "0",
            "0.1", 0, 1),
        SettingOption.Number(Loss, "--condition-dropout", "loss.condition_dropout",
            "The chance that a picture's prompt is replaced by the empty one.", "0", "0.1", 0, 1),
        SettingOption.Number(Loss, "--background-weight", "loss.background_weight",
            "How much a token outside its picture's mask counts, against 1 inside. fox.mask.png beside fox.jpg is its mask, white "
                + "where it matters; pictures without one count in full.", "1", "0.1", 0.000001, 1000),
        SettingOption.Whole(Loss, "--vq-batch-size", "loss.vq_batch_size", "How many pictures the VQGAN encodes at a time; 0: the batch.",
            "0", "1", 0),

        SettingOption.Whole(Run, "--max-steps", "max_steps", "How many updates the run has.", "1000", "2000", 1),
        SettingOption.Whole(Run, "--batch-size", "batch_size", "How many pictures a batch has.", "8", "4", 1, "-b"),
        SettingOption.Whole(Run, "--gradient-accumulation", "gradient_accumulation_steps", "How many batches make an update.", "1", "4", 1),
        SettingOption.Flag(Run, "--gradient-checkpointing", "gradient_checkpointing",
            "Computes activations twice instead of keeping them: less memory, about a third more time."),
        SettingOption.Word(Run, "--precision", "mixed_precision",
            "The arithmetic of the networks; trained weights stay fp32. fp16 is very slow on a CPU.", "fp32", "bf16", ("fp32", "float32"),
            ("bf16", "b_float16"), ("fp16", "float16")),
        SettingOption.Whole(Run, "--seed", "seed", "What all chance derives from.", "0", "42", 0),
        SettingOption.Text(Run, "--device", "device", "DEVICE", "Where to compute: cpu, cuda or cuda:N.", "cpu", "cuda:0"),
        SettingOption.Text(Run, "--output", "output", "FOLDER", "The run's folder: checkpoints, pictures, and the result.",
            "amused-model-finetuned", "./run", "-o"),
        .. CheckpointOptions.All,
        SettingOption.Whole(Run, "--max-bad-steps", "max_bad_steps", "How many updates in a row may have a loss that is no finite number.",
            "10", "3", 1),
        SettingOption.Flag(Run, "--ema", "ema.enabled",
            "Averages the weights over the updates, and makes pictures and the result of the average."),
        SettingOption.Number(Run, "--ema-decay", "ema.decay", "The decay that the average reaches.", "0.9999", "0.999", 0, 1).Only(ema),
        SettingOption.Whole(Run, "--ema-start", "ema.update_after_step", "How many updates the average only copies for.", "0", "100", 0)
            .Only(ema),

        SettingOption.Texts(Watch, "--validation-prompt", "validation.prompts", "TEXT",
            "A prompt to make pictures of along the way; may be given several times.", "none: no pictures", "\"a red fox\""),
        SettingOption.Whole(Watch, "--validation-every", "validation.every", "After how many updates pictures are made.", "100", "50", 1),
        SettingOption.Whole(Watch, "--validation-images", "validation.images_per_prompt", "How many pictures of each prompt.", "1", "4", 1),
        SettingOption.Whole(Watch, "--validation-seed", "validation.seed", "The seed of the first picture.", "0", "42", 0),
        SettingOption.Text(Watch, "--validation-data", "validation.data", "FOLDER",
            "Encoded shards that are not trained on: at each checkpoint their loss is told, by the share of masked places; where they "
                + "have masks, that of what these show.", "none: not measured", "./held-out-shards"),
        SettingOption.Whole(Watch, "--validation-examples", "validation.examples", "How many of them, the first ones.", "256", "500", 1),
    ];
}
