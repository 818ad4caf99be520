using System.Runtime.InteropServices;
using Amused.Runtime;
using Xunit;

namespace Amused.Tests.Runtime;

public sealed unsafe class PeakMemoryTests
{
    [Fact]
    public void The_mark_stands_at_the_most_until_it_is_set_back()
    {
        const int block = 256 << 20;
        var memory = NativeMemory.Alloc(block);
        new Span<byte>(memory, block).Fill(1);
        NativeMemory.Free(memory);
        var before = PeakMemory.Bytes();
        Assert.True(before > block, $"{before} bytes");
        Assert.SkipUnless(PeakMemory.TryReset(), "the system does not let the mark be set back");
        // Other tests run beside this one.
        Assert.True(PeakMemory.Bytes() < before, $"{PeakMemory.Bytes()} bytes after {before}");
    }
}
