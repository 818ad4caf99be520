using System.Text.Json.Nodes;
using Amused.Sampling;
using Amused.Server.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Amused.Server.Tests.History;

public sealed class HistoryStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualTime time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_kept_is_there_after_a_new_start()
    {
        string id;
        byte[] png = Drawings.Png(8, 8);
        using (var store = Open())
            id = Add(store, "a fox", png);
        using var again = Open();
        Assert.Equal(0, again.Swept);
        Assert.Equal(png, again.Read(id));
        Assert.Equal(("a fox", 8, 8, png.Length), again.Find(id) is { } item
            ? (item.Prompt, item.Width, item.Height, (int)item.Bytes)
            : default);
    }

    [Fact]
    public void A_start_sweeps_files_without_a_row_and_rows_without_a_file_and_nothing_else()
    {
        string lost, kept;
        using (var store = Open())
            (lost, kept) = (Add(store, "lost"), Add(store, "kept"));
        File.Delete(folder.Files($"{lost}.png").Single());
        var pictures = folder["pictures"];
        var orphan = Path.Combine(pictures, new string('a', 32) + ".png");
        var unfinished = Path.Combine(pictures, ".amused-1.tmp");
        var foreign = Path.Combine(pictures, "holiday.png");
        foreach (var file in new[] { orphan, unfinished, foreign })
            File.WriteAllText(file, "");
        using var again = Open();
        Assert.Equal(3, again.Swept);
        Assert.Equal([kept], again.Search(null, null, 10).Items.Select(item => item.Id));
        Assert.Equal([false, false, true], new[] { orphan, unfinished, foreign }.Select(File.Exists));
    }

    [Fact]
    public void The_oldest_go_when_there_are_too_many_too_much_or_too_old()
    {
        using (var store = Open(new() { Pictures = 2 }))
        {
            var ids = new[] { Add(store, "1"), Add(store, "2"), Add(store, "3") };
            Assert.Equal(ids[1..].Reverse(), store.Search(null, null, 10).Items.Select(item => item.Id));
            Assert.Equal(2, folder.Files("*.png").Length);
        }
        time.Now += TimeSpan.FromDays(2);
        using (var store = Open(new() { Age = TimeSpan.FromDays(1) }))
            Assert.Empty(store.Search(null, null, 10).Items);
        using (var store = Open(new() { Bytes = Drawings.Png(8, 8).Length }))
        {
            Add(store, "4");
            Add(store, "5");
            Assert.Equal(["5"], store.Search(null, null, 10).Items.Select(item => item.Prompt));
        }
    }

    [Fact]
    public void Pictures_that_become_too_old_go_also_while_none_is_made()
    {
        using var store = Open(new() { Age = TimeSpan.FromDays(1) });
        Add(store, "1");
        time.Pass(TimeSpan.FromHours(23));
        Add(store, "2");
        time.Pass(TimeSpan.FromHours(2));
        Assert.Equal(["2"], store.Search(null, null, 10).Items.Select(item => item.Prompt));
        Assert.Single(folder.Files("*.png"));
    }

    [Fact]
    public void A_tick_after_the_end_does_no_harm()
    {
        var store = Open(new() { Age = TimeSpan.FromDays(1) });
        Add(store, "1");
        store.Dispose();
        time.Pass(TimeSpan.FromDays(3));
    }

    [Fact]
    public void A_list_goes_on_where_a_picture_has_been_deleted_meanwhile()
    {
        using var store = Open();
        foreach (var prompt in new[] { "1", "2", "3", "4" })
            Add(store, prompt);
        var first = store.Search(null, null, 2);
        store.Remove(first.Items[^1].Id);
        var second = store.Search(null, first.Next, 3);
        Assert.Equal(["2", "1"], second.Items.Select(item => item.Prompt));
        Assert.Null(second.Next);
    }

    [Fact]
    public void Two_servers_do_not_share_a_folder()
    {
        using var store = Open();
        var error = Assert.Throws<BrokenInputException>(() => Open());
        Assert.Contains("belongs to a server that runs", error.Message);
    }

    [Fact]
    public void An_index_that_is_none_is_said()
    {
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(folder["history.db"], "this is no table");
        Assert.Contains("history.db cannot be read", Assert.Throws<BrokenInputException>(() => Open()).Message);
    }

    [Fact]
    public void A_picture_that_cannot_be_written_leaves_no_row()
    {
        using var store = Open();
        Directory.Delete(folder["pictures"], recursive: true);
        File.WriteAllText(folder["pictures"], "a file where the folder was");
        Assert.Throws<BrokenInputException>(() => Add(store, "nowhere"));
        Assert.Empty(store.Search(null, null, 10).Items);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_picture_is_kept_although_those_before_it_cannot_be_deleted(bool isInIndex)
    {
        using var store = Open(new() { Pictures = 1 });
        var old = Add(store, "old");
        if (isInIndex)
            Refuse("DELETE ON pictures");
        else
            TurnIntoFolder(folder.Files($"{old}.png").Single());
        byte[] png = Drawings.Png(8, 8);
        var id = Add(store, "new", png);
        Assert.Equal(png, store.Read(id));
        Assert.Equal("new", store.Search(null, null, 1).Items.Single().Prompt);
    }

    [Fact]
    public void A_picture_that_cannot_be_entered_leaves_no_file()
    {
        using var store = Open();
        Refuse("INSERT ON pictures");
        Assert.Contains("index cannot be written", Assert.Throws<BrokenInputException>(() => Add(store, "nowhere")).Message);
        Assert.Empty(folder.Files("*.png"));
    }

    [Fact]
    public void Names_of_clients_never_become_paths()
    {
        using var store = Open();
        foreach (var name in new[] { "../history", "", "..", new string('.', 32), new string('A', 32) })
        {
            Assert.Null(store.Read(name));
            Assert.False(store.Remove(name));
        }
    }

    private HistoryStore Open(RetentionLimits? limits = null) => HistoryStore.Open(folder.Path, limits ?? new(), time, NullLogger.Instance);

    private static string Add(HistoryStore store, string prompt, byte[]? png = null)
    {
        var image = new GeneratedImage(0, 1, new TokenGrid(2, 2, [1, 2, 3, 4])) { Picture = Drawings.Soft(8, 8) };
        return store.Add(png ?? Drawings.Png(8, 8), new JobRequest("m", new TextToImageRequest(prompt), 8, 8, []), image,
            new JsonObject { ["seed"] = 1 });
    }

    /// <summary>Makes the index refuse a change.</summary>
    private void Refuse(string change)
    {
        using var connection = new SqliteConnection($"Data Source={folder["history.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"CREATE TRIGGER refusal BEFORE {change} BEGIN SELECT RAISE(ABORT, 'no'); END";
        command.ExecuteNonQuery();
    }

    /// <summary>What no file's deletion deletes.</summary>
    private static void TurnIntoFolder(string file)
    {
        File.Delete(file);
        Directory.CreateDirectory(file);
    }

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        private readonly List<Timer> timers = [];

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timers.Add(new(() => callback(state), period) { Due = Now + dueTime });
            return timers[^1];
        }

        /// <summary>
        /// Lets time pass, with the ticks that fall into it: also those of timers that have been disposed of, as a real one's last may come
        /// late.
        /// </summary>
        public void Pass(TimeSpan span)
        {
            var end = Now + span;
            while (timers.MinBy(timer => timer.Due) is { } next && next.Due <= end)
            {
                (Now, next.Due) = (next.Due, next.Due + next.Period);
                next.Tick();
            }
            Now = end;
        }

        private sealed record Timer(Action Tick, TimeSpan Period) : ITimer
        {
            public DateTimeOffset Due { get; set; }

            public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
