using ActorServer.IO.Native;
using ActorServer.IO.Processes;

namespace ActorServer.IO.Tests.Processes;

public sealed class SharedBlocksTests
{
    [LinuxFact]
    public void Whoever_opens_them_sees_what_the_other_counts()
    {
        using var ours = SharedBlocks.Create(5000);
        var others = SharedBlocks.Open(ours.Descriptor); // another mapping, as another process has it; the descriptor is closed once
        Assert.Equal(5000, others.Count);
        foreach (var index in (int[])[0, 1, 4095, 4096, 4999])
        {
            Interlocked.Add(ref ours[index][SharedBlocks.BlockLength - 1], index + 1);
            ours.Used[index] = 1;
            Assert.Equal(index + 1, others[index][SharedBlocks.BlockLength - 1]);
            Assert.Equal(1, others.Used[index]);
        }

        Assert.Equal(5, others.Used.ToArray().Count(used => used != 0)); // blocks and the directory do not overlap
        Assert.Equal(0, others[2][0]);
    }

    [LinuxFact]
    public void There_are_as_many_as_were_made()
    {
        using var blocks = SharedBlocks.Create(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks[1][0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks[-1][0]);
    }

    [LinuxFact]
    public void They_can_be_read_when_their_descriptor_is_closed()
    {
        var blocks = SharedBlocks.Create(1);
        blocks[0][7] = 8;
        blocks.Dispose();
        blocks.Dispose();
        Assert.Equal(8, blocks[0][7]);
    }

    [LinuxFact]
    public void What_is_no_descriptor_of_blocks_is_refused() =>
        Assert.Equal("lseek(-1)", Assert.Throws<SystemCallException>(() => SharedBlocks.Open(-1)).Call);
}
