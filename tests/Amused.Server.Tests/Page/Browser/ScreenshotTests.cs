using Amused.Weights;
using Microsoft.Playwright;
using Xunit;

namespace Amused.Server.Tests.WebPage;

/// <summary>Draws the pictures of the documentation: <c>AMUSED_SCREENSHOTS=docs/pictures ./test ScreenshotTests</c>.</summary>
public sealed class ScreenshotTests(BrowserFixture browser) : PageTest(browser)
{
    private const string Variable = "AMUSED_SCREENSHOTS";

    protected override ServerOptions Options => base.Options with { Models = [new(BuiltInModel.Name, BuiltInModel.Name)] };

    protected override BrowserNewContextOptions Window => new() { ViewportSize = new() { Width = 1180, Height = 760 } };

    [Fact]
    public async Task The_documentation_shows_the_page_as_it_is()
    {
        var target = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(target is null, $"{Variable} names no folder to write to");
        await Find("#prompt").FillAsync("a fox and a red balloon in the snow at night");
        await Find("#steps").FillAsync("200");
        await Button("Generate").ClickAsync();
        await Page.WaitForFunctionAsync("() => Number(document.querySelector('.run')?.dataset.step) > 110");
        await Save("page-steps");
        await Find("#cancel").ClickAsync();
        await Expect(Find(".run")).ToHaveAttributeAsync("data-status", "cancelled");

        await Find("#sweep summary").ClickAsync();
        await Find("#sweep-down").SelectOptionAsync("steps");
        await Button("Make the grid").ClickAsync();
        await Expect(Find(".sweep .thumb:not(:disabled)")).ToHaveCountAsync(9);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Save("page-sweep");

        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Generate("a red house on the left and a cat on a meadow by day", steps: 12, seed: 7);
        await Button("Use this picture").First.ClickAsync();
        await Page.GetByLabel("Only where I paint").CheckAsync();
        var box = (await Find("#mask").BoundingBoxAsync())!;
        await Page.Mouse.MoveAsync(box.X + 70, box.Y + 90);
        await Page.Mouse.DownAsync();
        foreach (var (x, y) in new[] { (150, 70), (230, 120), (180, 190) })
            await Page.Mouse.MoveAsync(box.X + x, box.Y + y, new() { Steps = 8 });
        await Page.Mouse.UpAsync();
        await Save("page-paint");

        async Task Save(string name)
        {
            await Page.EvaluateAsync("() => scrollTo(0, 0)");
            await Page.EvaluateAsync("() => new Promise(done => setTimeout(done, 400))");
            await Page.ScreenshotAsync(new() { Path = Path.Combine(target!, $"{name}.png") });
        }
    }
}
