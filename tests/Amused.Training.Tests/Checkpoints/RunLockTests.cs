using Amused.Training.Tests.Support;
using Xunit;

namespace Amused.Training.Tests.Checkpoints;

public sealed class RunLockTests : IDisposable
{
    private readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    [Fact]
    public void A_folder_is_held_until_it_is_let_go_of()
    {
        var folder = tiny.PathOf("run");
        using (RunLock.Take(folder, "training"))
        {
            var fault = Assert.Throws<InvalidRequestException>(() => RunLock.Take(folder, "training"));
            Assert.Equal($"{folder} is in use by another training: wait until it ends, or name another --output", fault.Message);
            File.WriteAllText(Path.Combine(folder, "result"), "");
        }

        Assert.Equal([Path.Combine(folder, "result")], Directory.GetFileSystemEntries(folder));
        RunLock.Take(folder, "training").Dispose();
    }

    [Fact]
    public void A_folder_that_nothing_was_written_to_is_not_left_behind()
    {
        RunLock.Take(tiny.PathOf("run"), "training").Dispose();
        Assert.False(Directory.Exists(tiny.PathOf("run")));
    }

    [Fact]
    public void Two_trainings_of_any_kind_do_not_share_a_folder()
    {
        using var trainer = Trainer.Create(tiny.Config());
        Assert.Throws<InvalidRequestException>(() => Trainer.Create(tiny.Config()));
        Assert.Throws<InvalidRequestException>(() => VqTrainer.Create(new() { Model = new() { Name = tiny.Config().Model.Name }, Output = tiny.Config().Output }));
    }
}
