using System.Numerics;
using Xunit;

namespace Amused.Training.Tests.Logging;

public sealed class EventRecordsTests
{
    [Theory]
    [InlineData("123456789", 0xE3069283)] // the check value of CRC-32C
    [InlineData("", 0)]
    public void The_checksum_is_the_masked_crc_32c(string text, uint crc) =>
        Assert.Equal(unchecked(BitOperations.RotateRight(crc, 15) + 0xA282EAD8), EventRecords.Checksum(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_record_is_length_and_data_each_with_its_checksum()
    {
        var record = EventRecords.Frame([1, 2, 3]);
        Assert.Equal([3, 0, 0, 0, 0, 0, 0, 0], record[..8]);
        Assert.Equal(EventRecords.Checksum(record.AsSpan(0, 8)), BitConverter.ToUInt32(record, 8));
        Assert.Equal([1, 2, 3], record[12..15]);
        Assert.Equal(EventRecords.Checksum([1, 2, 3]), BitConverter.ToUInt32(record, 15));
        Assert.Equal(19, record.Length);
    }
}
