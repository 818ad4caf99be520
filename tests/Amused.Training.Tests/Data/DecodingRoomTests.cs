using Xunit;

namespace Amused.Training.Tests.Data;

public sealed class DecodingRoomTests
{
    [Fact]
    public void No_more_pixels_are_decoded_at_a_time_than_there_is_room_for()
    {
        DecodingRoom room = new(100);
        int now = 0, most = 0;
        object count = new();
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => room.Take(30, () =>
        {
            lock (count)
                most = Math.Max(most, ++now);
            Thread.Sleep(1);
            lock (count)
                now--;
            return true;
        }));
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public void A_picture_larger_than_the_room_is_decoded_alone_and_a_failure_leaves_the_room_free()
    {
        DecodingRoom room = new(100);
        Assert.Throws<BrokenInputException>(() => room.Take<int>(1000, () => throw new BrokenInputException("broken")));
        Assert.Equal(7, room.Take(1000, () => 7));
    }
}
