using PictureBook.Datasets;
using PictureBook.Evaluation;
using PictureBook.Prompts;
using PictureBook.Rendering;
using PictureBook.Scenes;
using PictureBook.Tests.Support;
using Xunit;

namespace PictureBook.Tests.Evaluation;

public sealed class PictureFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var prompts = ScenePrompts.Make(3);
        SceneRenderer renderer = new(TinyDrawings.Set, 32);
        PictureFolder.Write(folder.Path, prompts, [.. prompts.Select(prompt => renderer.Render(prompt.Scene))]);
        var (read, pictures) = PictureFolder.Read(folder.Path);
        Assert.Equal(prompts.Select(prompt => prompt.Text), read.Select(prompt => prompt.Text));
        Assert.Equal(prompts.SelectMany(prompt => prompt.Scene.Things), read.SelectMany(prompt => prompt.Scene.Things));
        Assert.Equal(renderer.Render(prompts[2].Scene).Pixels, pictures[2].Pixels);
        Assert.Equal(2, PictureFolder.Read(folder.Path, most: 2).Prompts.Count);
    }

    [Fact]
    public void A_data_set_of_drawn_pictures_is_such_a_folder()
    {
        new DatasetMaker(new(TinyDrawings.Set) { Count = 2, Size = 32, Split = Split.HeldOut, Format = DatasetFormat.Folder }).Make(folder["set"]);
        var (prompts, pictures) = PictureFolder.Read(folder["set"]);
        Assert.Equal([0, 1], prompts.Select(prompt => prompt.Scene.Index));
        Assert.Equal(2, pictures.Count);
    }

    [Fact]
    public void What_is_no_such_folder_is_refused_in_one_line()
    {
        Assert.Contains("metadata.jsonl", Assert.Throws<BrokenInputException>(() => PictureFolder.Read(folder.Path)).Message);
        folder.Write("metadata.jsonl", "{\"file_name\":\"a.png\"}\n");
        Assert.Contains("line 1", Assert.Throws<BrokenInputException>(() => PictureFolder.Read(folder.Path)).Message);
        var scene = System.Text.Encoding.UTF8.GetString(SceneJson.Write(SceneSampler.Sample(0, 0), "words", "../a.png"));
        folder.Write("metadata.jsonl", scene);
        Assert.Contains("line 1", Assert.Throws<BrokenInputException>(() => PictureFolder.Read(folder.Path)).Message);
    }
}
