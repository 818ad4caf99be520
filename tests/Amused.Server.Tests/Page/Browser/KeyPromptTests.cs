using Xunit;

namespace Amused.Server.Tests.WebPage;

public sealed class KeyPromptTests(BrowserFixture browser) : PageTest(browser)
{
    protected override ServerOptions Options => base.Options with { ApiKeys = ["sk-right"] };

    [Fact]
    public async Task A_needed_key_is_asked_for_and_kept_for_the_session_only()
    {
        await Page.GetByLabel("Key", new() { Exact = true }).FillAsync("sk-wrong");
        await Button("Use it").ClickAsync();
        await Expect(Find("#key-hint")).ToContainTextAsync("does not open");
        await Page.GetByLabel("Key", new() { Exact = true }).FillAsync("sk-right");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Find("#key")).ToBeHiddenAsync();
        await Generate("a fox");
        Assert.True(await Find(".run img").EvaluateAsync<bool>("image => image.naturalWidth > 0"));
        Assert.Equal("sk-right", await Page.EvaluateAsync<string>("() => sessionStorage.getItem('amused-key')"));
        Assert.DoesNotContain("sk-right", await Page.EvaluateAsync<string>("() => JSON.stringify(localStorage)"));
        await Page.ReloadAsync();
        await Expect(Find("#key")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Who_would_rather_not_is_left_alone_until_they_want_something()
    {
        await Button("Not now").ClickAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await Expect(Find("#key")).ToBeHiddenAsync();
        await Find("#prompt").FillAsync("a fox");
        await Button("Generate").ClickAsync();
        await Page.GetByLabel("Key", new() { Exact = true }).FillAsync("sk-right");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Find(".run")).ToHaveAttributeAsync("data-status", "done");
        await Expect(Find("#size option").First).ToContainTextAsync("the model's own");
    }
}
