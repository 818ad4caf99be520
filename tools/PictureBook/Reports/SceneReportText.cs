using System.Globalization;
using System.Text;
using Amused.Cli.Reports;
using Amused.Runtime;
using PictureBook.Evaluation;
using PictureBook.Scoring;
using PictureBook.Vq;

namespace PictureBook.Reports;

/// <summary>A report on the drawn world for people: Markdown that reads well as it stands.</summary>
public static class SceneReportText
{
    /// <summary>Composes the report.</summary>
    public static string Compose(SceneReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        StringBuilder text = new();
        if (report.Settings is [var only])
            text.Append(Title(report, only)).Append("\n\n").Append(Single(only.Scores, report.Drawn));
        else
            text.Append(Title(report, null)).Append("\n\n").Append(Sweep(report)).Append(Best(report));
        if (report.Vq is { } vq)
            text.Append('\n').Append(Reconstruction(vq));
        return text.ToString();
    }

    /// <summary>Composes the scores of some pictures alone.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="title">What pictures they are.</param>
    public static string Compose(SceneScores scores, string title)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return $"{title}\n\n{Single(scores, null)}";
    }

    private static string Title(SceneReport report, SettingScores? only)
    {
        var origin = report.Seed is { } seed ? $"{report.Prompts} held-out prompts, seed {seed}{In(report.Precision)}" : $"{report.Prompts} pictures of a folder";
        return only?.Setting is { } setting ? string.Create(CultureInfo.InvariantCulture, $"{origin}, guidance {setting.GuidanceScale}, {setting.Steps} steps, {only.SecondsPerPicture:0.00} s a picture") : origin;
    }

    private static string In(Precision? precision) => precision is { } used ? $", {PrecisionNames.Of(used)}" : "";

    /// <summary>One row for each score.</summary>
    private static string Single(SceneScores scores, SceneScores? drawn)
    {
        string[] head = ["what", "right", "95% interval", "of", .. drawn is null ? [] : (string[])["drawn pictures"]];
        return MarkdownTable.Compose(head, scores.All.Select((score, i) => (IReadOnlyList<string>)
        [
            score.Name, Numbers.Percent(score.Share), Numbers.Interval(score.Share), $"{score.Share.Of}", .. drawn is null ? (string[])[] : [Numbers.Percent(drawn.All[i].Share)],
        ]));
    }

    /// <summary>One row for each setting.</summary>
    private static string Sweep(SceneReport report)
    {
        string[] head = ["guidance", "steps", "s/picture", .. report.Settings[0].Scores.All.Select(score => score.Name)];
        List<IReadOnlyList<string>> rows =
        [
            .. report.Settings.Select(one => (IReadOnlyList<string>)
            [
                string.Create(CultureInfo.InvariantCulture, $"{one.Setting?.GuidanceScale}"), $"{one.Setting?.Steps}", Numbers.Fixed(one.SecondsPerPicture ?? double.NaN, 2),
                .. one.Scores.All.Select(score => $"{Numbers.Percent(score.Share)} ({Numbers.Interval(score.Share)})"),
            ]),
        ];
        if (report.Drawn is { } drawn)
            rows.Add(["drawn", "", "", .. drawn.All.Select(score => $"{Numbers.Percent(score.Share)} ({Numbers.Interval(score.Share)})")]);
        return MarkdownTable.Compose(head, rows);
    }

    private static string Best(SceneReport report) => string.Create(CultureInfo.InvariantCulture,
        $"\nMost pictures all right: guidance {report.Best.Setting?.GuidanceScale}, {report.Best.Setting?.Steps} steps\n");

    private static string Reconstruction(VqScores vq) => MarkdownTable.Compose(["VQ reconstruction", $"{vq.Pictures} drawn pictures"],
    [
        ["PSNR, picture", $"{Numbers.Fixed(vq.Psnr, 2)} dB"],
        ["PSNR, things", $"{Numbers.Fixed(vq.ThingPsnr, 2)} dB"],
        ["colours right", $"{Numbers.Percent(vq.Colours)} of {vq.Colours.Of} (before: {Numbers.Percent(vq.ColoursBefore)})"],
        ["codes in use", $"{Numbers.Percent(vq.Codes)} of {vq.Codes.Of}"],
    ]);
}
