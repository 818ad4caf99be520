using System.Text.Json;
using Amused.Cli.Tests.Support;
using Amused.Images;
using Xunit;

namespace Amused.Cli.Tests.Commands;

public sealed class SweepCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void One_list_gives_one_row_with_the_same_seed_in_every_cell()
    {
        var json = Sweep("--steps", "1,2,3", "--seed", "4", "--json");
        Assert.Equal(3, json.GetProperty("columns").GetInt32());
        Assert.Equal([1, 2, 3], json.GetProperty("cells").EnumerateArray().Select(cell => cell.GetProperty("steps").GetInt32()));
        Assert.Equal(4, json.GetProperty("seed").GetInt64());
        var grid = RgbImage.Load(folder["sweep.png"]);
        Assert.True(grid.Width > 2 * grid.Height - 40, $"{grid.Width} × {grid.Height} is no row of three");
    }

    [Fact]
    public void Two_lists_give_rows_of_the_first_and_columns_of_the_second()
    {
        var json = Sweep("--seed", "7,8", "--guidance-scale", "1,2,3", "--steps", "1", "--json");
        Assert.Equal(3, json.GetProperty("columns").GetInt32());
        Assert.Equal([7, 7, 7, 8, 8, 8], json.GetProperty("cells").EnumerateArray().Select(cell => cell.GetProperty("seed").GetInt64()));
        Assert.Equal([1, 2, 3, 1, 2, 3], json.GetProperty("cells").EnumerateArray()
            .Select(cell => cell.GetProperty("guidance-scale").GetDouble()));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("seed").ValueKind);
    }

    [Fact]
    public void A_cell_is_the_picture_that_generate_makes()
    {
        Sweep("--steps", "1,2", "--seed", "4", "--precision", "fp32", "--json");
        CliRun.Output("generate", "fox", "--steps", "2", "--seed", "4", "--precision", "fp32", "--model", TinyModel.Path, "--output",
            folder["alone.png"]);
        var (grid, alone) = (RgbImage.Load(folder["sweep.png"]), RgbImage.Load(folder["alone.png"]));
        var left = grid.Width - ImageGrid.Gap - alone.Width;
        for (var y = 0; y < alone.Height; y++)
            Assert.Equal(Row(alone, 0, y, alone.Width), Row(grid, left, ImageGrid.Gap + y, alone.Width));
    }

    [Fact]
    public void The_grid_carries_the_options_that_make_it_again()
    {
        Sweep("--steps", "1,2", "--seed", "4", "--json");
        var settings = JsonDocument.Parse(PngText.Read(folder["sweep.png"])["amused"]).RootElement;
        Assert.Equal([1, 2], settings.GetProperty("steps").EnumerateArray().Select(value => value.GetInt32()));
        Assert.Equal("sweep", settings.GetProperty("command").GetString());
    }

    [Theory]
    [InlineData("--steps", "5")]
    [InlineData("--steps", "1,2", "--seed", "1,2", "--guidance-scale", "1,2")]
    public void It_takes_one_or_two_lists(params string[] args) =>
        CliRun.Of(["sweep", "fox", "--model", TinyModel.Path, .. args])
            .AssertFails(2, "one or two of --steps, --guidance-scale and --seed");

    [Fact]
    public void It_takes_one_prompt() =>
        CliRun.Of("sweep", "-p", "a", "-p", "b", "--steps", "1,2", "--model", TinyModel.Path).AssertFails(2, "one prompt");

    private JsonElement Sweep(params string[] args) =>
        JsonDocument.Parse(CliRun.Output(["sweep", "fox", "--model", TinyModel.Path, "--output", folder["sweep.png"],
            .. args])).RootElement;

    private static byte[] Row(RgbImage image, int x, int y, int width) =>
        image.Pixels.Slice(3 * (y * image.Width + x), 3 * width).ToArray();
}
