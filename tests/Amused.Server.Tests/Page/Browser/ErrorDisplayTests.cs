using Microsoft.Playwright;
using Xunit;

namespace Amused.Server.Tests.WebPage;

public sealed class ErrorDisplayTests(BrowserFixture browser) : PageTest(browser)
{
    protected override ServerOptions Options =>
        base.Options with { QueueLimit = 1, BatchLimit = 1, Limits = new() { Steps = 1000, PromptLength = 5000 } };

    [Fact]
    public async Task What_is_wrong_with_a_field_stands_below_it_and_goes_when_it_is_changed()
    {
        await Button("Generate").ClickAsync();
        var error = Find("#prompt-error");
        await Expect(error).ToHaveTextAsync("Write what the picture should show.");
        await Expect(Find("#prompt")).ToBeFocusedAsync();
        await Expect(Find("#prompt")).ToHaveAttributeAsync("aria-invalid", "true");
        await Page.Keyboard.TypeAsync("a fox");
        await Expect(error).ToHaveCountAsync(0);
        await Find("#settings summary").ClickAsync();
        await Find("#steps").EvaluateAsync("field => { field.value = '5000'; }");
        await Button("Generate").ClickAsync();
        await Expect(Find("#steps-error")).ToHaveTextAsync("Steps must be a whole number from 1 to 1000.");
        await Expect(Find("#settings")).ToHaveAttributeAsync("open", "");
    }

    [Fact]
    public async Task A_side_that_the_model_cannot_make_is_told_with_what_it_can()
    {
        await Find("#prompt").FillAsync("a fox");
        await Find("#size").SelectOptionAsync("other");
        await Find("#width").FillAsync("33");
        await Button("Generate").ClickAsync();
        await Expect(Find("#width-error")).ToContainTextAsync("Size (width) must be a multiple of ");
    }

    [Fact]
    public async Task A_job_that_the_server_has_forgotten_is_said_and_not_asked_after_without_end()
    {
        await BeginALongOne();
        var asked = 0;
        await Page.RouteAsync("**/api/jobs/*/events", route =>
        {
            Interlocked.Increment(ref asked);
            return route.FulfillAsync(new() { Status = 404, Body = "{}" });
        });
        await Find("#n").FillAsync("1");
        await Button("Generate").ClickAsync();
        await Expect(Find("#queue-list li")).ToHaveCountAsync(2);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.InRange(asked, 1, 10);
        await Page.RouteAsync("**/api/jobs", route =>
            route.FulfillAsync(new() { ContentType = "application/json", Body = """{"data":[]}""" }));
        await Expect(Find(".run").First.Locator(".error")).ToContainTextAsync("The server has forgotten this job");
    }

    [Fact]
    public async Task A_grid_that_stops_at_an_error_says_so()
    {
        await Find("#prompt").FillAsync("a fox");
        await Find("#sweep summary").ClickAsync();
        await Find("#sweep-across").SelectOptionAsync("steps");
        await Find("#sweep-across-values").FillAsync("1, 5000, 3");
        await Button("Make the grid").ClickAsync();
        await Expect(Find("#announcer")).ToHaveTextAsync("The grid could not be finished.");
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Steps 3: not made" })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Button, new() { Name = "Steps 1", Exact = true })).ToBeEnabledAsync();
    }

    [Fact]
    public async Task What_the_server_refuses_is_said_at_the_field_it_names()
    {
        await Find("#prompt").FillAsync("a fox");
        await Find("#size").SelectOptionAsync("other");
        await Find("#width").FillAsync("4000");
        await Find("#height").FillAsync("4000");
        await Button("Generate").ClickAsync();
        await Expect(Find("#size-error")).ToContainTextAsync("this server makes at most");
    }

    [Fact]
    public async Task A_full_queue_says_when_to_try_again()
    {
        await BeginALongOne();
        await Button("Generate").ClickAsync();
        await Expect(Find("#queue-list li")).ToHaveCountAsync(2);
        await Button("Generate").ClickAsync();
        await Expect(Find("#form-error")).ToContainTextAsync("Try again in");
        await Button("Cancel all").ClickAsync();
        await Expect(Find("#queue")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_refused_where_it_was_chosen()
    {
        await Find("#source-file")
            .SetInputFilesAsync(new FilePayload { Name = "notes.png", MimeType = "image/png", Buffer = "no picture"u8.ToArray() });
        await Expect(Find("#source-file-error")).ToContainTextAsync("notes.png is no picture that can be read here");
    }

    [Fact]
    public async Task A_server_that_has_gone_is_said()
    {
        await Page.RouteAsync("**/api/jobs", route => route.AbortAsync());
        await Find("#prompt").FillAsync("a fox");
        await Button("Generate").ClickAsync();
        await Expect(Find("#form-error")).ToContainTextAsync("The server does not answer");
    }
}
