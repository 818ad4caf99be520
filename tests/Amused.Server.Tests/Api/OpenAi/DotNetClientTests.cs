using System.ClientModel;
using Amused.Images;
using Amused.Server.Tests.Support;
using OpenAI;
using OpenAI.Images;
using Xunit;

namespace Amused.Server.Tests.OpenAi;

/// <summary>OpenAI's own package for .NET against this server.</summary>
public sealed class DotNetClientTests : IAsyncLifetime
{
    private RunningServer server = null!;
    private ImageClient client = null!;

    public async ValueTask InitializeAsync()
    {
        server = await RunningServer.StartAsync(RunningServer.Options with { ApiKeys = ["sk-right"] });
        client = Client("sk-right");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task It_generates()
    {
        OpenAI.Images.GeneratedImage image = await client.GenerateImageAsync("a dog",
            new ImageGenerationOptions { ResponseFormat = GeneratedImageFormat.Bytes, EndUserId = "somebody" });
        Assert.Equal((32, 32), SizeOf(image));
        GeneratedImageCollection two = await client.GenerateImagesAsync("a dog", 2);
        Assert.Equal(2, two.Count);
    }

    [Fact]
    public async Task It_edits_with_a_mask_and_varies()
    {
        OpenAI.Images.GeneratedImage edited = await client.GenerateImageEditAsync(
            new MemoryStream(Drawings.Png(32, 32)), "photo.png", "a hat", new MemoryStream(Drawings.TransparentFrom(16, 32, 32)),
            "mask.png");
        Assert.Equal((32, 32), SizeOf(edited));
        OpenAI.Images.GeneratedImage varied = await client.GenerateImageVariationAsync(new MemoryStream(Drawings.Png(32, 32)), "photo.png");
        Assert.Equal((32, 32), SizeOf(varied));
    }

    [Fact]
    public async Task It_understands_errors()
    {
        var size = await Assert.ThrowsAsync<ClientResultException>(() =>
            client.GenerateImageAsync("a dog", new ImageGenerationOptions { Size = GeneratedImageSize.W1024xH1024 }));
        Assert.Equal(400, size.Status);
        Assert.Contains("the nearest is 32x32", size.Message);
        var key = await Assert.ThrowsAsync<ClientResultException>(() => Client("sk-wrong").GenerateImageAsync("a dog"));
        Assert.Equal(401, key.Status);
    }

    private ImageClient Client(string key) =>
        new("tiny256", new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new(server.Address, "v1") });

    private static (int, int) SizeOf(OpenAI.Images.GeneratedImage image)
    {
        var picture = RgbImage.Load(image.ImageBytes.ToArray(), "answer");
        return (picture.Width, picture.Height);
    }
}
