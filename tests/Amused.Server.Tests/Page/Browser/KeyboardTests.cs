using Microsoft.Playwright;
using Xunit;

namespace Amused.Server.Tests.WebPage;

public sealed class KeyboardTests(BrowserFixture browser) : PageTest(browser)
{
    [Fact]
    public async Task A_picture_is_made_and_looked_at_without_a_mouse()
    {
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Find(".skip")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("/");
        await Expect(Find("#prompt")).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync("a chair? c/h");
        await Expect(Find("#prompt")).ToHaveValueAsync("a chair? c/h");
        await Page.Keyboard.PressAsync("Control+Enter");
        await Expect(Find(".run")).ToHaveAttributeAsync("data-status", "done");
        await Button("Look at it").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Find("#viewer")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Find("#viewer")).ToBeHiddenAsync();
        await Expect(Button("Look at it")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Single_keys_change_the_view_cancel_and_show_the_list_of_keys()
    {
        await BeginALongOne();
        await Page.Keyboard.PressAsync("m");
        await Expect(Find(".veil").First).ToBeHiddenAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Find(".run")).ToHaveAttributeAsync("data-status", "cancelled");
        await Page.Keyboard.PressAsync("h");
        await Expect(Find("#history-view h2")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("v");
        await Expect(Find("#compare-view h2")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("c");
        await Expect(Find("#create-view")).ToBeVisibleAsync();
        await Page.Keyboard.PressAsync("?");
        await Expect(Find("#shortcuts")).ToBeVisibleAsync();
        await Expect(Find("#shortcuts kbd").First).ToHaveTextAsync("Ctrl+Enter");
    }

    [Fact]
    public async Task Single_keys_can_be_switched_off()
    {
        await Page.Keyboard.PressAsync("?");
        await Page.GetByLabel("Single keys work").UncheckAsync();
        await Button("Close").ClickAsync();
        await Page.ReloadAsync();
        await Page.Locator("html[data-ready]").WaitForAsync();
        await Page.Keyboard.PressAsync("h");
        await Page.Keyboard.PressAsync("?");
        await Expect(Find("#create-view")).ToBeVisibleAsync();
        await Expect(Find("#shortcuts")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Everything_that_can_be_reached_has_a_name_and_every_parameter_an_explanation()
    {
        await Generate("a fox");
        await Find("#sweep summary").ClickAsync();
        var nameless = await Page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll('button, input, select, textarea, a')]
              .filter(element => element.checkVisibility() && element.tabIndex >= 0)
              .filter(element => !(element.getAttribute('aria-label') || element.labels?.length || element.textContent.trim()))
              .map(element => element.outerHTML)
            """);
        Assert.Empty(nameless);
        Assert.Empty(await Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('.help')].filter(help => help.textContent.length < 20).map(help => help.id)"));
        var help = Page.GetByRole(AriaRole.Button, new() { Name = "What is “Guidance”?" });
        await Expect(help).ToHaveAttributeAsync("aria-expanded", "false");
        await help.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(help).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(Find("#help-guidance_scale")).ToBeVisibleAsync();
        await Expect(Find("#guidance_scale"))
            .ToHaveAccessibleDescriptionAsync(new System.Text.RegularExpressions.Regex("keeps to the prompt"));
    }

    [Fact]
    public async Task What_happens_is_announced()
    {
        await Page.EvaluateAsync(
            """
            () => {
              window.said = [];
              const announcer = document.getElementById('announcer');
              new MutationObserver(() => announcer.textContent && said.push(announcer.textContent)).observe(announcer, { childList: true });
            }
            """);
        await Generate("a fox", steps: 4);
        var said = await Page.EvaluateAsync<string[]>("said");
        Assert.Equal("Submitted.", said[0]);
        Assert.Equal("The picture is done.", said[^1]);
        Assert.Equal(said.Distinct(), said);
    }
}
