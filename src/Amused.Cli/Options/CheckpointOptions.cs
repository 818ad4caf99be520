namespace Amused.Cli.Options;

/// <summary>The options that say when a training writes down where it is, and how it goes on from there.</summary>
internal static class CheckpointOptions
{
    public static IReadOnlyList<SettingOption> All =>
    [
        SettingOption.Whole(OptionGroups.Run, "--checkpoint-every", "checkpoints.every",
            "After how many updates a checkpoint is written; 0: only when the run ends or is stopped.", "500", "100", 0),
        SettingOption.Whole(OptionGroups.Run, "--checkpoint-limit", "checkpoints.limit", "How many checkpoints are kept; 0: all.", "2",
            "5", 0),
        SettingOption.Text(OptionGroups.Run, "--resume", "checkpoints.resume", "latest|FOLDER",
            "Goes on from a checkpoint of a run with the same settings, to exactly the weights of an uninterrupted run. latest: the "
                + "newest in --output, and a new run where there is none.",
            "a new run, in a folder without another's checkpoints", "latest"),
        SettingOption.Flag(OptionGroups.Run, "--force", "checkpoints.force",
            "Goes on with --resume although settings, model or data are not those of the checkpoint's run."),
        SettingOption.Number(OptionGroups.Run, "--time-limit", "checkpoints.time_limit",
            "Saves and stops after so many seconds; 0: never.", "0", "3600", 0, 1e9),
    ];
}
