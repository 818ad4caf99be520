using Amused.Server.Tests.Support;
using Xunit;

namespace Amused.Server.Tests.WebPage;

/// <summary>Pictures say where model and LoRAs lie, for the command line; the page goes by the names that the server has for them.</summary>
public sealed class ServedNamesTests(BrowserFixture browser) : PageTest(browser)
{
    private const string Lora = "pytorch_lora_weights";

    protected override ServerOptions Options => base.Options with
    {
        Models = [new("large", RunningServer.Tiny512), new("small", RunningServer.Tiny256)],
        LoraFolder = Path.Combine(GoldenFolder.Repository, "tests", "fixtures", "golden", "training", "tiny256", "lora"),
    };

    [Fact]
    public async Task A_picture_brings_the_servers_model_and_loras_back_from_its_file_and_from_the_history()
    {
        var (_, job) = await Server.Post("api/jobs", new { prompt = "a fox", seed = 5, steps = 2, model = "small", loras = new[] { new { name = Lora, scale = 0.5 } } });
        var done = await Server.JobWith((string)job["id"]!, "done");
        await Drop("#runs", "fox.png", await Server.Client.GetByteArrayAsync((string)done["images"]![0]!["url"]!));
        await ExpectRestored();

        await Find("#reset").ClickAsync();
        await Open("#history");
        await Find("#history-list .thumb").ClickAsync();
        await Expect(Find("#viewer .settings-list")).ToContainTextAsync($"{Lora}:0.5");
        await Expect(Find("#viewer .settings-list")).Not.ToContainTextAsync("safetensors");
        await Find("#viewer").GetByText("Its settings").ClickAsync();
        await ExpectRestored();
    }

    [Fact]
    public async Task A_picture_of_another_precision_says_so()
    {
        var settings = new System.Text.Json.Nodes.JsonObject { ["prompt"] = "a fox", ["seed"] = 5, ["precision"] = "bf16", ["model"] = "large" };
        await Drop("#runs", "fox.png", Drawings.Soft(8, 8).Encode(Images.ImageFormat.Png, PictureSettings.ToText(settings, 8, 8)));
        await Expect(Find("#form-notice")).ToContainTextAsync("made in bf16; this server computes in fp32");
    }

    private async Task ExpectRestored()
    {
        await Expect(Find("#seed")).ToHaveValueAsync("5");
        await Expect(Find("#model")).ToHaveValueAsync("small");
        await Expect(Find($"[data-name={Lora}] [type=checkbox]")).ToBeCheckedAsync();
        await Expect(Find($"[data-name={Lora}] [type=number]")).ToHaveValueAsync("0.5");
        await Expect(Find("#form-notice")).Not.ToContainTextAsync("not here");
    }
}
