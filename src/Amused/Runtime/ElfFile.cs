using System.Buffers.Binary;
using System.Text;

namespace Amused.Runtime;

/// <summary>A symbol version that a library asks another one for, such as GLIBCXX_3.4.30 of libstdc++.so.6.</summary>
/// <param name="Library">The library that has to provide it.</param>
/// <param name="Version">The version's name.</param>
/// <param name="IsWeak">Whether the dynamic linker loads the file without it too.</param>
/// <param name="Symbols">The names of the symbols that are asked for in that version.</param>
/// <param name="FlagsOffset">Where its flags stand in the file, in bytes.</param>
internal sealed record VersionNeed(string Library, string Version, bool IsWeak, IReadOnlyList<string> Symbols, int FlagsOffset);

/// <summary>
/// The symbol versions that a 64-bit little-endian ELF library asks for: its section <c>.gnu.version_r</c>, as the
/// Linux Standard Base lays it out. Anything that does not have this form is refused rather than guessed at.
/// </summary>
internal sealed class ElfFile
{
    private const uint SectionVersionNeeds = 0x6ffffffe; // SHT_GNU_verneed
    private const uint SectionVersionOfSymbol = 0x6fffffff; // SHT_GNU_versym
    private const uint SectionWithoutContent = 8; // SHT_NOBITS
    private const ushort FlagWeak = 2; // VER_FLG_WEAK
    private const int HeaderSize = 64;
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const int EntrySize = 16;
    private const ushort VersionIndexMask = 0x7fff; // the highest bit means "hidden"

    private ElfFile(IReadOnlyList<VersionNeed> versionNeeds) => VersionNeeds = versionNeeds;

    /// <summary>Every version that the library asks for, in the order of the file.</summary>
    internal IReadOnlyList<VersionNeed> VersionNeeds { get; }

    /// <summary>Reads the versions that a library asks for; none when it asks for none.</summary>
    /// <exception cref="InvalidDataException">It is no 64-bit little-endian ELF file, or is cut or contradicts itself.</exception>
    internal static ElfFile Parse(ReadOnlySpan<byte> image)
    {
        ReadOnlySpan<byte> magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2 /* 64 bits */, 1 /* little-endian */];
        if (image.Length < HeaderSize || !image.StartsWith(magic))
            throw new InvalidDataException("not a 64-bit little-endian ELF file");
        try
        {
            return new ElfFile(new Reader(image).ReadVersionNeeds());
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("the ELF file is cut, or its tables point outside it", e);
        }
    }

    /// <summary>Marks one version as weak: the dynamic linker then loads the file where no library provides that version.</summary>
    /// <param name="image">The file that this was read from; one flag of it is changed.</param>
    /// <param name="version">The version that may be absent.</param>
    /// <param name="onlySymbol">The one symbol of that version that the file may name.</param>
    /// <exception cref="InvalidDataException">
    /// The file doesn't ask for that version, or names other symbols of it, which it may need.
    /// </exception>
    internal void MarkWeak(Span<byte> image, string version, string onlySymbol)
    {
        var need = VersionNeeds.FirstOrDefault(need => need.Version == version)
            ?? throw new InvalidDataException($"the library doesn't ask for {version}");
        if (need.Symbols.Any(symbol => symbol != onlySymbol))
            throw new InvalidDataException($"the library needs {string.Join(", ", need.Symbols)} of {version}");
        var flags = image[need.FlagsOffset..];
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | FlagWeak));
    }

    private readonly record struct Section(uint Type, int Offset, int Size, int Link, int Info);

    private readonly ref struct Reader(ReadOnlySpan<byte> image)
    {
        private readonly ReadOnlySpan<byte> image = image;

        internal List<VersionNeed> ReadVersionNeeds()
        {
            var sections = ReadSections();
            var needs = new List<VersionNeed>();
            if (sections.FirstOrDefault(section => section.Type == SectionVersionNeeds) is { Type: not 0 } section)
                ReadVersionNeeds(section, sections[section.Link], SymbolsByVersion(sections), needs);
            return needs;
        }

        private void ReadVersionNeeds(Section section, Section names, ILookup<int, string> symbols, List<VersionNeed> needs)
        {
            // Verneed: version, count (16 bits each), file, aux, next (32 bits each); aux and next count from the entry itself.
            // Vernaux: hash (32), flags, index (16 each), name, next (32 each).
            var (end, mostEntries) = (checked(section.Offset + section.Size), section.Size / EntrySize);
            var entry = section.Offset;
            for (var file = 0; file < section.Info; file++)
            {
                var library = Name(names, UInt32(entry + 4));
                var aux = checked(entry + UInt32(entry + 8));
                for (var i = 0; i < UInt16(entry + 2); i++)
                {
                    if (aux < section.Offset || aux > end - EntrySize || needs.Count == mostEntries)
                        throw new InvalidDataException("the entries of .gnu.version_r lie outside it");
                    var isWeak = (UInt16(aux + 4) & FlagWeak) != 0;
                    needs.Add(new(library, Name(names, UInt32(aux + 8)), isWeak, [.. symbols[UInt16(aux + 6)]], aux + 4));
                    aux = checked(aux + UInt32(aux + 12));
                }
                if (UInt32(entry + 12) is not (> 0 and var next))
                    break;
                entry = checked(entry + next);
            }
        }

        private ILookup<int, string> SymbolsByVersion(Section[] sections)
        {
            var pairs = new List<(int Version, string Name)>();
            var versions = sections.FirstOrDefault(section => section.Type == SectionVersionOfSymbol);
            var symbols = sections[versions.Link];
            var names = sections[symbols.Link];
            for (var i = 0; i < versions.Size / 2; i++)
            {
                // Only what has no section of its own (SHN_UNDEF) comes from another library.
                var symbol = checked(symbols.Offset + (i * SymbolSize));
                if (UInt16(symbol + 6) == 0)
                    pairs.Add((UInt16(versions.Offset + (2 * i)) & VersionIndexMask, Name(names, UInt32(symbol))));
            }
            return pairs.ToLookup(pair => pair.Version, pair => pair.Name);
        }

        private Section[] ReadSections()
        {
            var (start, headerSize, count) = (Int64(40), UInt16(58), UInt16(60));
            if (headerSize != SectionHeaderSize || count * SectionHeaderSize > image.Length - start)
                throw new InvalidDataException("the table of sections has another form, or lies outside the file");
            var sections = new Section[count];
            for (var i = 0; i < count; i++)
            {
                var at = start + (i * SectionHeaderSize);
                sections[i] = new(SectionType(at + 4), Int64(at + 24), Int64(at + 32), UInt32(at + 40), UInt32(at + 44));
                if (sections[i] is { Type: not SectionWithoutContent, Offset: var offset, Size: var size } && size > image.Length - offset)
                    throw new InvalidDataException("a section lies outside the file");
            }
            return sections;
        }

        private string Name(Section names, int offset)
        {
            var rest = image[checked(names.Offset + offset)..];
            return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
        }

        private uint SectionType(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(image[offset..]);

        private int UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(image[offset..]);

        private int UInt32(int offset) => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(image[offset..]));

        // Nothing that we read is over 2 GB; a number above says that the file is broken.
        private int Int64(int offset) => checked((int)BinaryPrimitives.ReadInt64LittleEndian(image[offset..]));
    }
}
