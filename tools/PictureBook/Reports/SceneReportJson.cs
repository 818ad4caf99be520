using System.Text.Json.Nodes;
using Amused.Runtime;
using PictureBook.Evaluation;
using PictureBook.Scoring;
using PictureBook.Vq;

namespace PictureBook.Reports;

/// <summary>A report on the drawn world for programs.</summary>
public static class SceneReportJson
{
    /// <summary>
    /// <c>{"prompts":…,"seed":…,"precision":…,"settings":[{"guidance_scale":…,"steps":…,"seconds_per_picture":…,"scores":{"thing":{"right":…,"of":…,"value":…,"interval":[…,…]},…}},…],
    /// "drawn":{scores}|null,"vq":{"pictures":…,"psnr":…,"thing_psnr":…,"colours":…,"colours_before":…,"codes":…}|null}</c>
    /// </summary>
    public static JsonObject Compose(SceneReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new()
        {
            ["prompts"] = report.Prompts,
            ["seed"] = report.Seed,
            ["precision"] = report.Precision is { } precision ? PrecisionNames.Of(precision) : null,
            ["settings"] = new JsonArray([.. report.Settings.Select(Setting)]),
            ["drawn"] = report.Drawn is { } drawn ? Scores(drawn) : null,
            ["vq"] = report.Vq is { } vq ? Reconstruction(vq) : null,
        };
    }

    /// <summary>Each score by its name, with underscores.</summary>
    public static JsonObject Scores(SceneScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new(scores.All.Select(score => KeyValuePair.Create(score.Name.Replace(' ', '_'), (JsonNode?)Numbers.Json(score.Share))));
    }

    private static JsonObject Setting(SettingScores one) => new()
    {
        ["guidance_scale"] = one.Setting?.GuidanceScale,
        ["steps"] = one.Setting?.Steps,
        ["seconds_per_picture"] = Numbers.Json(one.SecondsPerPicture, 4),
        ["scores"] = Scores(one.Scores),
    };

    private static JsonObject Reconstruction(VqScores vq) => new()
    {
        ["pictures"] = vq.Pictures,
        ["psnr"] = Numbers.Json(vq.Psnr, 4),
        ["thing_psnr"] = Numbers.Json(vq.ThingPsnr, 4),
        ["colours"] = Numbers.Json(vq.Colours),
        ["colours_before"] = Numbers.Json(vq.ColoursBefore),
        ["codes"] = Numbers.Json(vq.Codes),
    };
}
