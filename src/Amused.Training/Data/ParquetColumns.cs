using Amused.Images;
using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace Amused.Training;

/// <summary>The columns of one Parquet file that make examples. The file is closed between calls.</summary>
internal sealed class ParquetColumns(string path, string imageColumn, CaptionOptions captions, DataReport report)
{
    public string Path => path;

    /// <summary>How many rows each row group has, by the file's end. The columns are checked too.</summary>
    public IReadOnlyList<long> ReadRowCounts() => Reading(reader =>
    {
        var (images, _) = ImageFields(reader.Schema);
        CaptionFields(reader.Schema);
        return Enumerable.Range(0, reader.RowGroupCount).Select(group =>
        {
            using var rows = reader.OpenRowGroupReader(group);
            // A damaged number would otherwise be believed until memory is at its end.
            return rows.RowCount is >= 0 and <= int.MaxValue && rows.GetMetadata(images)?.MetaData?.NumValues == rows.RowCount
                ? rows.RowCount
                : throw new InvalidDataException($"row group {group} claims {rows.RowCount} rows");
        }).ToArray();
    });

    /// <summary>The examples of a row group.</summary>
    public RawExample[] ReadGroup(int group) => Reading(reader =>
    {
        using var rows = reader.OpenRowGroupReader(group);
        int count = (int)rows.RowCount;
        var (bytesField, pathField) = ImageFields(reader.Schema);
        var images = Cells(rows, bytesField, (ReadOnlyMemory<byte> cell) => cell.ToArray(), count);
        var paths = pathField is null ? null : Cells(rows, pathField, (ReadOnlyMemory<char> cell) => cell.ToString(), count);
        var texts = CaptionFields(reader.Schema).Select(field => Cells(rows, field, (ReadOnlyMemory<char> cell) => cell.ToString().Trim(), count)).ToArray();

        return Enumerable.Range(0, count).Select(row => Example(
            $"row {row} of row group {group}", images[row].FirstOrDefault(), paths?[row].FirstOrDefault(),
            [.. texts.SelectMany(column => column[row])])).ToArray();
    });

    /// <summary>The rows of a file that gives captions to pictures beside it: the column named as that of the images holds the pictures' names.</summary>
    public (string? Name, IReadOnlyList<string> Texts)[] ReadTexts() => Reading(reader =>
    {
        var names = reader.Schema.GetDataFields().FirstOrDefault(field => field.Path.FirstPart == imageColumn && field.ClrType == typeof(ReadOnlyMemory<char>))
            ?? throw FileFault.Of(path, $"has no column {FileFault.Quote(imageColumn)} with names; its columns are {Names(reader.Schema)}");
        var captions = CaptionFields(reader.Schema);
        return Enumerable.Range(0, reader.RowGroupCount).SelectMany(group =>
        {
            using var rows = reader.OpenRowGroupReader(group);
            var count = (int)rows.RowCount;
            var columns = captions.Prepend(names).Select(field => Cells(rows, field, (ReadOnlyMemory<char> cell) => cell.ToString().Trim(), count)).ToArray();
            return Enumerable.Range(0, count).Select(row => (columns[0][row].FirstOrDefault(), (IReadOnlyList<string>)[.. columns[1..].SelectMany(column => column[row])])).ToArray();
        }).ToArray();
    });

    private RawExample Example(string place, byte[]? image, string? imagePath, List<string> texts)
    {
        var name = $"{path}: {place}";
        if (captions.AreIgnored)
            texts = [""];
        if (texts.Count == 0)
        {
            var where = captions.Columns.Count > 0 ? string.Join(", ", captions.Columns) : "the caption column";
            report.HasNoCaption($"{System.IO.Path.GetFileName(path)}: {place}", where);
            return RawExample.WithoutCaption(name, where);
        }
        if (image is { Length: > 0 })
            return new(name, texts, () => image);
        return imagePath is { Length: > 0 }
            ? new(name, texts, () => WholeFile.Read(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, imagePath)))
            : RawExample.Broken(name, $"has no image in {FileFault.Quote(imageColumn)}");
    }

    private (DataField Bytes, DataField? Path) ImageFields(ParquetSchema schema)
    {
        var fields = schema.GetDataFields().Where(field => field.Path.FirstPart == imageColumn).ToArray();
        var bytes = fields.FirstOrDefault(field => field.ClrType == typeof(ReadOnlyMemory<byte>) && field.Path.Length <= 2)
            ?? throw FileFault.Of(path, fields.Length > 0
                ? $"the column {FileFault.Quote(imageColumn)} holds no bytes of image files"
                : $"has no column {FileFault.Quote(imageColumn)} with images; its columns are {Names(schema)}");
        return (bytes, fields.FirstOrDefault(field => field.ClrType == typeof(ReadOnlyMemory<char>)));
    }

    private IReadOnlyList<DataField> CaptionFields(ParquetSchema schema)
    {
        var fields = schema.GetDataFields().Where(field => field.Path.FirstPart != imageColumn).ToArray();
        var wanted = captions.Choose([.. fields.Select(field => field.Path.FirstPart).OfType<string>().Distinct()], path);
        return [.. wanted.Select(column => fields.FirstOrDefault(field => field.Path.FirstPart == column && field.ClrType == typeof(ReadOnlyMemory<char>))
            ?? throw FileFault.Of(path, $"the column {FileFault.Quote(column)} holds no texts"))];
    }

    private static string Names(ParquetSchema schema) => string.Join(", ", schema.Fields.Select(field => FileFault.Quote(field.Name)));

    /// <summary>
    /// Puts a column's values into rows by Dremel's levels: a repetition level of 0 begins a row, a definition level below the highest stands for a
    /// value that is not there.
    /// </summary>
    private static List<T>[] Cells<TCell, T>(ParquetRowGroupReader group, DataField field, Func<TCell, T> convert, int rowCount) where TCell : struct
    {
        using var column = (RawColumnData<TCell>)group.ReadRawColumnDataBaseAsync(field, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        var defined = field.MaxDefinitionLevel > 0 ? column.DefinitionLevels : [];
        var repeated = field.MaxRepetitionLevel > 0 ? column.RepetitionLevels : [];
        int levels = Math.Max(defined.Length, Math.Max(repeated.Length, rowCount));
        var rows = new List<T>[rowCount];
        int row = -1, value = 0;
        for (int i = 0; i < levels; i++)
        {
            if (repeated.IsEmpty || repeated[i] == 0)
                rows[++row] = [];
            if (defined.IsEmpty || defined[i] == field.MaxDefinitionLevel)
                rows[row].Add(convert(column.Values[value++]));
        }

        return row == rowCount - 1 ? rows : throw new InvalidDataException($"{row + 1} rows instead of {rowCount}");
    }

    private T Reading<T>(Func<ParquetReader, T> read)
    {
        try
        {
            // On the caller's thread, which is one for reading ahead: nothing else could run meanwhile.
            var reader = ParquetReader.CreateAsync(path).GetAwaiter().GetResult();
            try
            {
                return read(reader);
            }
            finally
            {
                reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        catch (FileNotFoundException cause)
        {
            throw FileFault.Of(path, "there is no such file", cause);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw FileFault.Of(path, "may not be read: the rights to it are missing", cause);
        }
        catch (Exception cause) when (cause is not AmusedException)
        {
            // Whatever damaged bytes make a decoder stumble over.
            throw FileFault.Of(path, $"is a broken or cut Parquet file, or none ({FileFault.Printable(cause.Message)})", cause);
        }
    }
}

/// <summary>A row group.</summary>
internal sealed class ParquetShard(ParquetColumns columns, int group, long rows) : IExampleShard
{
    public long Count() => rows;

    public IEnumerable<(long Index, RawExample Example)> Read(Func<long, bool> isWanted)
    {
        long[] wanted = [.. Wanted(isWanted)];
        if (wanted.Length == 0)
            yield break;
        var examples = columns.ReadGroup(group);
        foreach (long index in wanted)
            yield return (index, examples[index]);
    }

    private IEnumerable<long> Wanted(Func<long, bool> isWanted)
    {
        for (long index = 0; index < rows; index++)
        {
            if (isWanted(index))
                yield return index;
        }
    }
}
