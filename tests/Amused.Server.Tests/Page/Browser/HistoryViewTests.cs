using Amused.Images;
using Amused.Server.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace Amused.Server.Tests.WebPage;

public sealed class HistoryViewTests(BrowserFixture browser) : PageTest(browser)
{
    private ILocator Pictures => Find("#history-list .thumb");

    [Fact]
    public async Task The_history_is_searched_restored_from_downloaded_and_deleted_from()
    {
        await Make("a red fox", seed: 41);
        await Make("a blue hare", seed: 42);
        await Open("#history");
        await Expect(Pictures).ToHaveTextAsync(["a blue hare", "a red fox"]);
        await Find("#search").FillAsync("FOX red");
        await Expect(Pictures).ToHaveTextAsync(["a red fox"]);

        await Pictures.First.ClickAsync();
        var download = await Page.RunAndWaitForDownloadAsync(() => Find("#viewer").GetByText("Download").ClickAsync());
        Assert.Equal("a-red-fox-41.png", download.SuggestedFilename);
        await download.SaveAsAsync(Folder["saved.png"]);
        Assert.Contains("a red fox", PngText.Read(Folder["saved.png"])["parameters"]);

        await Find("#viewer").GetByText("Its settings").ClickAsync();
        await Expect(Find("#create-view")).ToBeVisibleAsync();
        await ExpectForm("a red fox", seed: 41);

        await Page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Pictures.First.ClickAsync();
        await Find("#viewer").GetByText("Delete").ClickAsync();
        await Find("#viewer").GetByText("Delete for good?").ClickAsync();
        await Expect(Find("#viewer")).ToBeHiddenAsync();
        await Expect(Pictures).ToHaveCountAsync(0);
        await Expect(Find("#history-state")).ToContainTextAsync("No prompt holds");
        Assert.Equal("a blue hare", (string)Assert.Single((await Server.Get("api/history"))["data"]!.AsArray())!["prompt"]!);
    }

    [Fact]
    public async Task A_picture_that_is_done_meanwhile_comes_first_and_moves_nothing_else()
    {
        await Make("a blue hare", seed: 42);
        await Find("#prompt").FillAsync("a red fox");
        await Find("#steps").FillAsync("150");
        await Find("#n").FillAsync("4");
        await Button("Generate").ClickAsync();
        await Expect(Find(".run[data-step]")).ToHaveCountAsync(1);
        await Page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        var hare = Pictures.Filter(new() { HasText = "a blue hare" });
        await hare.FocusAsync();
        await Expect(Pictures).ToHaveTextAsync(["a red fox", "a red fox", "a red fox", "a red fox", "a blue hare"]);
        await Expect(hare).ToBeFocusedAsync();
        await Expect(Find("#history-state")).ToHaveTextAsync("5 pictures");
    }

    [Fact]
    public async Task A_grid_of_the_command_line_gives_back_its_first_values()
    {
        var (grid, settings) = (Folder["sweep.png"],
            new Dictionary<string, string> { [
            "amused"] = """{"command":"sweep","prompt":["a red fox","a hare"],"steps":[4,8],"seed":7}""" });
        RgbImage.Load(Drawings.Png(32, 32), "grid").Save(grid, settings);
        await Drop("#runs", "sweep.png", await File.ReadAllBytesAsync(grid, TestContext.Current.CancellationToken));
        await Expect(Find("#prompt")).ToHaveValueAsync("a red fox");
        await Expect(Find("#steps")).ToHaveValueAsync("4");
        await Expect(Find("#form-notice")).ToContainTextAsync("the first value was taken");
        await Expect(Find("#form-notice")).Not.ToContainTextAsync("choose it below");
    }

    [Fact]
    public async Task A_dropped_picture_brings_its_settings_back()
    {
        var url = await Make("ein grüner Bär – 緑の熊", seed: 43);
        var png = await Server.Client.GetByteArrayAsync(url);
        await Drop("#runs", "bear.png", png);
        await ExpectForm("ein grüner Bär – 緑の熊", seed: 43);
        await Expect(Find("#form-notice")).ToContainTextAsync("bear.png");
        await Expect(Find("#drop-veil")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_dropped_picture_without_settings_and_one_on_the_place_for_it_are_started_from()
    {
        await Drop("#runs", "photo.png", Drawings.Png(32, 32));
        await Expect(Find("#form-notice")).ToContainTextAsync("photo.png carries no settings");
        await Expect(Find(".source-picture")).ToBeVisibleAsync();
        await Button("Remove the picture").ClickAsync();
        await Drop(".drop-place", "made.png", await Server.Client.GetByteArrayAsync(await Make("a fox", seed: 1)));
        await Expect(Find(".source-picture")).ToBeVisibleAsync();
        await Expect(Find("#prompt")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Two_results_are_compared_side_by_side_and_laid_over_each_other()
    {
        await Make("a red fox", seed: 44);
        await Make("a red fox", seed: 45);
        await Open("#history");
        for (var i = 0; i < 2; i++)
        {
            await Pictures.Nth(i).ClickAsync();
            await Find("#viewer").GetByText("Compare").ClickAsync();
        }
        await Expect(Find("#compare-view")).ToBeVisibleAsync();
        await Expect(Find(".beside img")).ToHaveCountAsync(2);
        await Expect(Find("#compare .differs")).ToHaveCountAsync(1);
        await Expect(Find("#compare .differs td")).ToHaveTextAsync(["45", "44"]);
        await Button("Swap").ClickAsync();
        await Expect(Find("#compare .differs td")).ToHaveTextAsync(["44", "45"]);
        await Button("One over the other").ClickAsync();
        await Find(".laid input").FillAsync("80");
        await Expect(Find(".laid .above")).ToHaveCSSAsync("clip-path", "inset(0px 0px 0px 80%)");
        await Button("Clear").ClickAsync();
        await Expect(Find("#compare img")).ToHaveCountAsync(0);
    }

    /// <summary>Makes a picture without the page, and gives its address.</summary>
    private async Task<string> Make(string prompt, long seed)
    {
        var (_, job) = await Server.Post("api/jobs", new { prompt, seed, steps = 4, guidance_scale = 3.5, negative_prompt = "snow" });
        var done = await Server.JobWith((string)job["id"]!, "done");
        return $"v1/images/files/{(string)done["images"]![0]!["history_id"]!}.png";
    }

    private async Task ExpectForm(string prompt, long seed)
    {
        await Expect(Find("#prompt")).ToHaveValueAsync(prompt);
        await Expect(Find("#negative_prompt")).ToHaveValueAsync("snow");
        await Expect(Find("#seed")).ToHaveValueAsync($"{seed}");
        await Expect(Find("input[name=seed_mode][value=fixed]")).ToBeCheckedAsync();
        await Expect(Find("#steps")).ToHaveValueAsync("4");
        await Expect(Find("#guidance_scale")).ToHaveValueAsync("3.5");
        await Expect(Find("#size")).ToHaveValueAsync("own");
    }
}
