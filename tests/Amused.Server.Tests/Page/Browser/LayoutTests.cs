using Microsoft.Playwright;
using Xunit;

namespace Amused.Server.Tests.WebPage;

public sealed class LayoutTests(BrowserFixture browser) : PageTest(browser)
{
    protected override BrowserNewContextOptions Window =>
        new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true };

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen()
    {
        await Expect(Find("#settings")).Not.ToHaveAttributeAsync("open", "");
        await Find("#settings summary").ClickAsync();
        await Find("#sweep summary").ClickAsync();
        await Find("#n").FillAsync("2");
        await Generate("a fox that has a very long name, Rumpelstiltskinrumpelstiltskinrumpelstiltskinrumpelstiltskin");
        await Find("#sweep-down").SelectOptionAsync("steps");
        await Button("Make the grid").ClickAsync();
        await Expect(Find(".sweep .thumb:not(:disabled)")).ToHaveCountAsync(9);
        await ExpectToFit("create");
        foreach (var view in new[] { "History", "Compare" })
        {
            await Page.GetByRole(AriaRole.Link, new() { Name = view }).ClickAsync();
            await Expect(Find($"#{view.ToLowerInvariant()}-view")).ToBeVisibleAsync();
            await ExpectToFit(view);
        }
        await Page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Find("#history-list .thumb").First.ClickAsync();
        await Expect(Find("#viewer")).ToBeVisibleAsync();
        await ExpectToFit("viewer");
    }

    [Fact]
    public async Task Light_and_dark_follow_the_system_or_a_choice_that_stays()
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        Assert.True(await Brightness() < 60);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        Assert.True(await Brightness() > 200);
        await Find("#theme").ClickAsync();
        await Find("#theme").ClickAsync();
        await Expect(Find("#theme")).ToHaveAttributeAsync("aria-label", "Theme: dark");
        Assert.True(await Brightness() < 60);
        await Page.ReloadAsync();
        Assert.True(await Brightness() < 60);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Words_stand_out_from_what_is_behind_them(ColorScheme scheme)
    {
        await Page.EmulateMediaAsync(new() { ColorScheme = scheme });
        var pairs = await Page.EvaluateAsync<string[][]>(
            """
            () => [['--ink', '--paper'], ['--soft', '--paper'], ['--soft', '--card'], ['--soft', '--well'], ['--accent', '--card'], ['--accent', '--accent-wash'], ['--on-accent', '--accent'],
              ['--danger', '--card'], ['--danger', '--well'], ['--danger', '--danger-wash']].map(names => names.map(name => {
                const probe = document.createElement('i');
                probe.style.color = `var(${name})`;
                document.body.append(probe);
                return getComputedStyle(probe).color;
              }))
            """);
        Assert.All(pairs, pair =>
            Assert.True(Contrast(pair[0], pair[1]) >= 4.5, $"{pair[0]} on {pair[1]}: {Contrast(pair[0], pair[1]):F2}"));
    }

    private async Task ExpectToFit(string view)
    {
        var width = await Page.EvaluateAsync<int>("() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)");
        Assert.True(width <= 390, $"{view} is {width} pixels wide");
    }

    private async Task<int> Brightness() =>
        await Page.EvaluateAsync<int>("() => Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])");

    // The measure of the Web Content Accessibility Guidelines, whose AA level asks for 4.5.
    private static double Contrast(string one, string other)
    {
        var (a, b) = (Luminance(one), Luminance(other));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(string colour)
    {
        var linear = colour[4..^1].Split(',').Select(part => int.Parse(part) / 255.0)
            .Select(level => level <= 0.04045 ? level / 12.92 : Math.Pow((level + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }
}
