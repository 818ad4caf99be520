using Amused.Server.Tests.Support;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Amused.Server.Tests.WebPage;

/// <summary>
/// A server with a history of its own, and its page in a browser. The page may not complain of anything: a script's error fails the test.
/// </summary>
[Collection(BrowserTests.Name)]
public abstract class PageTest(BrowserFixture browser) : IAsyncLifetime
{
    // Other tests want the processor too.
    private const float Patience = 120_000;

    private readonly TemporaryFolder folder = new();
    private readonly List<string> complaints = [];
    private IBrowserContext? context;

    internal RunningServer Server { get; private set; } = null!;

    internal IPage Page { get; private set; } = null!;

    internal TemporaryFolder Folder => folder;

    /// <summary>What the server serves.</summary>
    protected virtual ServerOptions Options =>
        RunningServer.Options with { Models = [new("tiny256", RunningServer.Tiny256)], DataFolder = folder["data"] };

    protected virtual BrowserNewContextOptions Window => new() { ViewportSize = new() { Width = 1280, Height = 860 } };

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(browser.Browser is null, BrowserFixture.Missing);
        Server = await RunningServer.StartAsync(Options);
        context = await browser.Browser.NewContextAsync(Window);
        context.SetDefaultTimeout(Patience);
        SetDefaultExpectTimeout(Patience);
        Page = await context.NewPageAsync();
        Page.PageError += (_, error) => complaints.Add(error);
        Page.Console += (_, message) =>
        {
            // A refused request is the test's own doing; a broken policy or script isn't.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        await Open("");
    }

    public async ValueTask DisposeAsync()
    {
        if (context is not null)
            await context.CloseAsync();
        if (Server is not null)
            await Server.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
        Assert.Empty(complaints);
    }

    protected async Task Open(string hash)
    {
        await Page.GotoAsync($"{Server.Address}{hash}");
        await Page.Locator("html[data-ready]").WaitForAsync();
    }

    protected ILocator Find(string selector) => Page.Locator(selector);

    protected ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    protected static ILocatorAssertions Expect(ILocator locator) => Assertions.Expect(locator);

    /// <summary>Makes pictures by the page and waits until they are there.</summary>
    protected async Task Generate(string prompt, int steps = 3, int? seed = null)
    {
        await Find("#prompt").FillAsync(prompt);
        await Find("#steps").FillAsync($"{steps}");
        if (seed is { } number)
            await Find("#seed").FillAsync($"{number}");
        await Button("Generate").ClickAsync();
        await Expect(Find(".run").First).ToHaveAttributeAsync("data-status", "done");
    }

    /// <summary>Eight pictures of a thousand steps: they aren't done before the page has caught up, however slow the machine is.</summary>
    protected async Task BeginALongOne()
    {
        await Find("#prompt").FillAsync("a long one");
        await Find("#steps").FillAsync("1000");
        await Find("#n").FillAsync("8");
        await Button("Generate").ClickAsync();
        await Expect(Find(".run[data-step]")).ToHaveCountAsync(1);
    }

    /// <summary>Drops a file onto an element, as a hand would.</summary>
    protected async Task Drop(string selector, string name, byte[] content) => await Page.EvaluateAsync(
        """
        async ([selector, name, base64]) => {
          const bytes = Uint8Array.from(atob(base64), sign => sign.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], name, { type: 'image/png' }));
          const target = document.querySelector(selector);
          for (const type of ['dragenter', 'dragover', 'drop'])
            target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
        }
        """,
        new[] { selector, name, Convert.ToBase64String(content) });
}
