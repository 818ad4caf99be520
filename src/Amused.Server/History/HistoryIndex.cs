using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Amused.Server;

/// <summary>
/// The index of the history: a table in an SQLite file, a row for each picture. Not safe for use by several threads at once.
/// </summary>
internal sealed class HistoryIndex : IDisposable
{
    private const string Columns = "id, created, prompt, width, height, bytes, settings";
    private readonly SqliteConnection connection;

    public HistoryIndex(string path)
    {
        connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        // A write-ahead log that reaches the disk with every change: what has been told to be kept is kept.
        Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        Run("""
            CREATE TABLE IF NOT EXISTS pictures (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                id TEXT NOT NULL UNIQUE,
                created INTEGER NOT NULL,
                prompt TEXT NOT NULL,
                words TEXT NOT NULL,
                width INTEGER NOT NULL,
                height INTEGER NOT NULL,
                bytes INTEGER NOT NULL,
                settings TEXT NOT NULL)
            """);
    }

    public void Add(HistoryItem item) => Run(
        "INSERT INTO pictures (id, created, prompt, words, width, height, bytes, settings) VALUES ($id, $created, $prompt, $words, "
            + "$width, $height, $bytes, $settings)",
        ("$id", item.Id), ("$created", item.Created.ToUnixTimeMilliseconds()), ("$prompt", item.Prompt),
        ("$words", item.Prompt.ToLowerInvariant()),
        ("$width", item.Width), ("$height", item.Height), ("$bytes", item.Bytes), ("$settings", item.Settings));

    public bool Remove(string id) => Run("DELETE FROM pictures WHERE id = $id", ("$id", id)) > 0;

    public HistoryItem? Find(string id) => Read($"SELECT {Columns} FROM pictures WHERE id = $id", ("$id", id)).FirstOrDefault();

    /// <summary>Pictures whose prompt holds every one of some words, newest first.</summary>
    /// <param name="words">The words; upper and lower case are the same.</param>
    /// <param name="before">The number that the part lies before; null: the newest.</param>
    /// <param name="count">How many.</param>
    public IReadOnlyList<HistoryItem> Search(IReadOnlyList<string> words, long? before, int count)
    {
        var filters = words.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $" AND words LIKE $w{i} ESCAPE '\\'"));
        var place = before is null ? "" : " AND number < $before";
        return Read(
            $"SELECT {Columns} FROM pictures WHERE 1 = 1{place}{string.Concat(filters)} ORDER BY number DESC LIMIT $count",
            [.. words.Select((word, i) => ($"$w{i}", (object)$"%{Escape(word.ToLowerInvariant())}%")), ("$before", before ?? 0),
                ("$count", count)]);
    }

    /// <summary>A picture's place: later ones have higher numbers, and none is given twice.</summary>
    public long NumberOf(string id)
    {
        using var command = Command("SELECT number FROM pictures WHERE id = $id", ("$id", id));
        return (long)command.ExecuteScalar()!;
    }

    public IReadOnlyList<string> Ids()
    {
        using var command = Command("SELECT id FROM pictures");
        using var reader = command.ExecuteReader();
        List<string> ids = [];
        while (reader.Read())
            ids.Add(reader.GetString(0));
        return ids;
    }

    /// <summary>What retention counts: pictures, their bytes, and the oldest.</summary>
    public (long Pictures, long Bytes, HistoryItem? Oldest) Totals()
    {
        using var command = Command("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM pictures");
        using var reader = command.ExecuteReader();
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1), Read($"SELECT {Columns} FROM pictures ORDER BY number LIMIT 1").FirstOrDefault());
    }

    public void Dispose() => connection.Dispose();

    private static string Escape(string word) =>
        word.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);

    private List<HistoryItem> Read(string sql, params (string Name, object Value)[] values)
    {
        using var command = Command(sql, values);
        using var reader = command.ExecuteReader();
        List<HistoryItem> items = [];
        while (reader.Read())
        {
            items.Add(new(
                reader.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(1)), reader.GetString(2), reader.GetInt32(3),
                reader.GetInt32(4), reader.GetInt64(5),
                reader.GetString(6)));
        }
        return items;
    }

    private int Run(string sql, params (string Name, object Value)[] values)
    {
        using var command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params (string Name, object Value)[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        return command;
    }
}
