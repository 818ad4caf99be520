using Xunit;

namespace Amused.Server.Tests.WebPage;

public sealed class GenerateTests(BrowserFixture browser) : PageTest(browser)
{
    [Fact]
    public async Task A_picture_fills_in_step_by_step_with_the_masked_places_veiled()
    {
        await Page.EvaluateAsync(
            """
            () => {
              window.seen = [];
              new MutationObserver(() => {
                const masked = document.querySelector('.picture')?.dataset.masked;
                if (masked !== undefined && seen.at(-1) !== masked) seen.push(masked);
              }).observe(document.getElementById('runs'), { subtree: true, childList: true, attributes: true });
            }
            """);
        await Generate("a red fox", steps: 6, seed: 7);
        var seen = (await Page.EvaluateAsync<string[]>("seen")).Select(int.Parse).ToArray();
        // The tiny model has 64 places; before its first step they aren't known.
        Assert.True(seen.Length >= 4, string.Join(' ', seen));
        Assert.Equal(seen.Skip(1).OrderDescending(), seen.Skip(1));
        Assert.InRange(seen[1], 1, 63);
        Assert.Equal(0, seen[^1]);
        Assert.True(await Find(".picture img").EvaluateAsync<bool>("image => image.complete && image.naturalWidth === 32"));
        await Expect(Find(".seed")).ToHaveTextAsync("Seed 7");
    }

    [Fact]
    public async Task All_settings_reach_the_server()
    {
        await Find("#negative_prompt").FillAsync("snow");
        await Find("#n").FillAsync("2");
        await Find("#guidance_scale").FillAsync("4.5");
        await Find("#temperature").FillAsync("3");
        await Find("#size").SelectOptionAsync("40x24");
        await Generate("a blue hare", steps: 4, seed: 11);
        await Expect(Find("figure")).ToHaveCountAsync(2);
        var items = (await Server.Get("api/history"))["data"]!.AsArray();
        Assert.Equal([11, 12], items.Select(item => (int)item!["settings"]!["seed"]!).Order());
        var settings = items[0]!["settings"]!;
        Assert.Equal(
            ("a blue hare", "snow", 4, 4.5, 3, 0, 40, 24),
            ((string)settings["prompt"]!, (string)settings["negative-prompt"]!, (int)settings["steps"]!,
                (double)settings["guidance-scale"]!,
                (int)settings["temperature"]![0]!, (int)settings["temperature"]![1]!, (int)settings["width"]!, (int)settings["height"]!));
    }

    [Fact]
    public async Task The_last_seed_can_be_recalled()
    {
        await Generate("a fox");
        var seed = (await Find(".seed").First.TextContentAsync())!.Split(' ')[1];
        await Find("#seed").FillAsync("5");
        await Button("Recall last").ClickAsync();
        await Expect(Find("#seed")).ToHaveValueAsync(seed);
        await Expect(Find("input[name=seed_mode][value=fixed]")).ToBeCheckedAsync();
        await Find("input[name=seed_mode][value=random]").CheckAsync();
        await Button("Generate").ClickAsync();
        await Expect(Find(".run[data-status=done]")).ToHaveCountAsync(2);
        await Expect(Find(".seed").First).Not.ToHaveTextAsync($"Seed {seed}");
    }

    [Fact]
    public async Task What_is_made_and_what_waits_can_be_cancelled()
    {
        await BeginALongOne();
        await Button("Generate").ClickAsync();
        await Expect(Find("#queue-list li")).ToHaveCountAsync(2);
        await Find("#queue-list li").Nth(1).GetByRole(Microsoft.Playwright.AriaRole.Button).ClickAsync();
        await Expect(Find("#queue-list li")).ToHaveCountAsync(1);
        await Expect(Find(".run").First).ToHaveAttributeAsync("data-status", "cancelled");
        await Find("#cancel").ClickAsync();
        await Expect(Find(".run").Nth(1)).ToHaveAttributeAsync("data-status", "cancelled");
        await Expect(Find("#queue")).ToBeHiddenAsync();
        await Expect(Find("#cancel")).ToBeHiddenAsync();
        Assert.All((await Server.Get("api/jobs"))["data"]!.AsArray(), job => Assert.Equal("cancelled", (string)job!["status"]!));
    }

    [Fact]
    public async Task What_is_under_way_is_followed_again_when_the_page_is_opened_anew()
    {
        await BeginALongOne();
        await Page.ReloadAsync();
        await Expect(Find(".run[data-step]")).ToHaveCountAsync(1);
        await Find("#cancel").ClickAsync();
        await Expect(Find(".run")).ToHaveAttributeAsync("data-status", "cancelled");
    }

    [Fact]
    public async Task A_sweep_makes_a_grid_with_a_picture_for_each_pair_of_values()
    {
        await Find("#prompt").FillAsync("a fox");
        await Find("#sweep summary").ClickAsync();
        await Find("#sweep-across-values").FillAsync("2, 5, 10");
        await Find("#sweep-down").SelectOptionAsync("steps");
        await Find("#sweep-down-values").FillAsync("2, 3");
        await Button("Make the grid").ClickAsync();
        await Expect(Find(".sweep .thumb:not(:disabled)")).ToHaveCountAsync(6);
        await Expect(Find(".sweep th[scope=col]")).ToHaveTextAsync(["2", "5", "10"]);
        await Expect(Find(".sweep th[scope=row]")).ToHaveTextAsync(["2", "3"]);
        var settings = (await Server.Get("api/history"))["data"]!.AsArray().Select(item => item!["settings"]!).ToList();
        Assert.Equal(6, settings.Select(one => ((int)one["guidance-scale"]!, (int)one["steps"]!)).Distinct().Count());
        Assert.Single(settings.Select(one => (long)one["seed"]!).Distinct());
        await Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Guidance 5, Steps 3" }).ClickAsync();
        await Expect(Find("#viewer .settings-list")).ToContainTextAsync("Guidance5");
    }

    [Fact]
    public async Task A_list_of_jobs_that_comes_late_takes_none_for_lost()
    {
        await Page.RouteAsync("**/api/jobs", async route =>
        {
            if (route.Request.Method != "GET")
            {
                await route.ContinueAsync();
                return;
            }
            // As the server answered before the next job was there.
            var answer = await route.FetchAsync();
            await Task.Delay(1500);
            await route.FulfillAsync(new() { Response = answer });
        });
        await Open("");
        await Generate("a red fox");
        for (var number = 0; number < 4; number++)
            await Button("Generate").ClickAsync();
        await Expect(Find(".run[data-status=done]")).ToHaveCountAsync(5);
        await Expect(Find(".run[data-status=failed]")).ToHaveCountAsync(0);
    }
}
