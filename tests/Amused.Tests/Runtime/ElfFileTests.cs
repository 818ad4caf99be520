using System.Text;
using Amused.Runtime;
using Xunit;

namespace Amused.Tests.Runtime;

public class ElfFileTests
{
    private static readonly byte[] library = TinyElf.Build(
        [("libc.so.6", "GLIBC_2.34"), ("libstdc++.so.6", "GLIBCXX_3.4.32"), ("libstdc++.so.6", "GLIBCXX_3.4.30")],
        [("malloc", "GLIBC_2.34"), ("new_mark", "GLIBCXX_3.4.32"), ("throw", "GLIBCXX_3.4.30"), ("catch", "GLIBCXX_3.4.30")]);

    [Fact]
    public void Versions_are_read_with_their_library_and_the_symbols_that_ask_for_them()
    {
        var needs = ElfFile.Parse(library).VersionNeeds;

        Assert.Equal(["libc.so.6", "libstdc++.so.6", "libstdc++.so.6"], needs.Select(need => need.Library));
        Assert.Equal(["GLIBC_2.34", "GLIBCXX_3.4.32", "GLIBCXX_3.4.30"], needs.Select(need => need.Version));
        Assert.Equal(["malloc", "new_mark", "throw+catch"], needs.Select(need => string.Join('+', need.Symbols)));
        Assert.DoesNotContain(needs, need => need.IsWeak);
    }

    [Fact]
    public void Marking_a_version_weak_changes_one_bit_and_is_read_back()
    {
        var image = library.ToArray();
        ElfFile.Parse(image).MarkWeak(image, "GLIBCXX_3.4.32", "new_mark");

        var changed = Assert.Single(Enumerable.Range(0, image.Length), i => image[i] != library[i]);
        Assert.Equal(2, image[changed] ^ library[changed]);
        var weak = Assert.Single(ElfFile.Parse(image).VersionNeeds, need => need.IsWeak);
        Assert.Equal("GLIBCXX_3.4.32", weak.Version);
    }

    [Fact]
    public void A_version_behind_which_other_symbols_stand_stays_as_it_is()
    {
        var image = library.ToArray();
        var error = Assert.Throws<InvalidDataException>(() => ElfFile.Parse(image).MarkWeak(image, "GLIBCXX_3.4.30", "throw"));
        Assert.Contains("catch", error.Message);
        Assert.Equal(library, image);
    }

    [Fact]
    public void A_version_that_the_file_does_not_ask_for_is_refused()
    {
        var image = library.ToArray();
        var error = Assert.Throws<InvalidDataException>(() => ElfFile.Parse(image).MarkWeak(image, "GLIBCXX_3.4.33", "new_mark"));
        Assert.Contains("GLIBCXX_3.4.33", error.Message);
    }

    [Theory]
    [InlineData(0, 0x7e)] // another magic number
    [InlineData(4, 1)] // 32 bits
    [InlineData(5, 2)] // big-endian
    [InlineData(58, 40)] // section headers of another size
    public void Files_of_another_kind_are_refused(int offset, byte value)
    {
        var image = library.ToArray();
        image[offset] = value;
        Assert.Throws<InvalidDataException>(() => ElfFile.Parse(image));
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused()
    {
        for (var length = 0; length < library.Length; length++)
            Assert.Throws<InvalidDataException>(() => ElfFile.Parse(library.AsSpan(0, length)));
    }

    [Fact]
    public void A_broken_file_is_refused_or_read_but_never_brings_the_reader_down()
    {
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            var image = library.ToArray();
            for (var change = 0; change < 3; change++)
                image[random.Next(image.Length)] = (byte)random.Next(256);
            try
            {
                Assert.InRange(ElfFile.Parse(image).VersionNeeds.Count, 0, image.Length / 16);
            }
            catch (InvalidDataException)
            {
                // What a broken file should give.
            }
        }
    }

    /// <summary>Writes the smallest file that has version needs: header, section headers, and four sections.</summary>
    private static class TinyElf
    {
        internal static byte[] Build((string Library, string Version)[] needs, (string Name, string Version)[] symbols)
        {
            var names = new MemoryStream();
            names.WriteByte(0);
            uint Name(string text)
            {
                var at = (uint)names.Position;
                names.Write(Encoding.ASCII.GetBytes(text + '\0'));
                return at;
            }

            var libraries = needs.GroupBy(need => need.Library).ToArray();
            var needTable = new List<byte>();
            ushort index = 2;
            foreach (var group in libraries)
            {
                var count = (ushort)group.Count();
                var isLastLibrary = group.Key == libraries[^1].Key;
                needTable.AddRange([.. U16(1), .. U16(count), .. U32(Name(group.Key)), .. U32(16),
                    .. U32(isLastLibrary ? 0 : 16 + (16u * count))]);
                foreach (var (position, need) in group.Index())
                    needTable.AddRange([.. U32(0), .. U16(0), .. U16(index++), .. U32(Name(need.Version)),
                        .. U32(position == count - 1 ? 0 : 16u)]);
            }

            var ordered = libraries.SelectMany(group => group).Select(need => need.Version).ToList();
            var symbolTable = new List<byte>();
            var versionTable = new List<byte>();
            foreach (var (name, version) in symbols)
            {
                symbolTable.AddRange([.. U32(Name(name)), .. new byte[20]]);
                versionTable.AddRange(U16((ushort)(ordered.IndexOf(version) + 2)));
            }

            // 1: needs (names: 2), 3: symbols (names: 2), 4: versions of symbols (symbols: 3).
            (uint Type, byte[] Content, uint Link, uint Info)[] sections =
            [
                (0, [], 0, 0),
                (0x6ffffffe, [.. needTable], 2, (uint)libraries.Length),
                (3, names.ToArray(), 0, 0),
                (11, [.. symbolTable], 2, 0),
                (0x6fffffff, [.. versionTable], 3, 0),
            ];
            var body = new List<byte>();
            var headers = new List<byte>();
            foreach (var (type, content, link, info) in sections)
            {
                headers.AddRange([.. U32(0), .. U32(type), .. new byte[16], .. U64((ulong)(64 + body.Count)),
                    .. U64((ulong)content.Length), .. U32(link), .. U32(info), .. new byte[16]]);
                body.AddRange(content);
            }

            byte[] start = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, .. new byte[34], .. U64((ulong)(64 + body.Count)),
                .. new byte[10], .. U16(64), .. U16((ushort)sections.Length), 0, 0];
            return [.. start, .. body, .. headers];
        }

        private static byte[] U16(ushort value) => BitConverter.GetBytes(value);

        private static byte[] U32(uint value) => BitConverter.GetBytes(value);

        private static byte[] U64(ulong value) => BitConverter.GetBytes(value);
    }
}
