namespace Amused.Cli.Options;

/// <summary>The options that say how a data set is read and its pictures are cut, whether they are trained on or encoded.</summary>
internal static class DataOptions
{
    public static IReadOnlyList<SettingOption> All =>
    [
        SettingOption.Whole(OptionGroups.Data, "--resolution", "data.resolution", "The side of the pictures in pixels.",
            "the model's own size", "256", 1),
        SettingOption.Flag(OptionGroups.Data, "--center-crop", "data.center_crop", "Crops from the middle instead of at random."),
        SettingOption.Flag(OptionGroups.Data, "--random-flip", "data.random_flip", "Mirrors half of the pictures."),
        SettingOption.Word(OptionGroups.Data, "--captions", "data.captions", "Where the captions of an image folder stand.", "any",
            "metadata", ("any", "any"), ("file-name", "file_name"), ("metadata", "metadata"), ("text-file", "text_file")),
        SettingOption.List(OptionGroups.Data, "--caption-columns", "data.caption_columns", "NAME,…", "The fields that hold captions.",
            "the usual ones: text, caption, captions, prompt", "title,description"),
        SettingOption.Text(OptionGroups.Data, "--image-column", "data.image_column", "NAME",
            "The column with the images of a Parquet data set.", "image", "picture"),
        SettingOption.Text(
            OptionGroups.Data, "--split", "data.split", "NAME", "The part of a data set whose files or folders are named by parts.",
            "train", "validation"),
        SettingOption.Whole(OptionGroups.Data, "--workers", "data.workers",
            "How many threads decode; 0: as many as there are processors, at most 8.", "0", "4", 0),
        Broken,
        Strict("Makes an error of each picture that is broken, file that nothing is read from, caption that is missing or only a file's "
            + "name, and text that is not UTF-8. Otherwise they are counted and said."),
    ];

    /// <summary>Those that say how a data set's captions are read.</summary>
    public static IReadOnlyList<SettingOption> Reading =>
        [.. All.Where(option =>
            option.Option.Name is "--captions" or "--caption-columns" or "--image-column" or "--split" or "--strict-data")];

    public static SettingOption Broken => SettingOption.Number(
        OptionGroups.Data, "--max-broken", "data.max_broken_share",
        "The share of broken pictures that stops the run; with --strict-data the first one does.", "0.1", "0.02", 0, 1);

    public static SettingOption Strict(string summary) => SettingOption.Flag(OptionGroups.Data, "--strict-data", "data.strict", summary);
}
