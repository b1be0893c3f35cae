using System.Buffers;
using ActorServer.Protocol.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace ActorServer.Protocol.Tests.Buffers;

public sealed class BlocksTests
{
    /// <summary>Whatever is done to it, the queue holds what a plain list of bytes would.</summary>
    /// <param name="keeps">Whether it keeps a block while it is empty.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void BehavesAsAQueueOfBytes(bool keeps)
    {
        var operations = Gen.Choose(0, 6).Zip(Gen.Frequency((5, Gen.Choose(0, 50)), (3, Gen.Choose(0, 6000)), (1, Gen.Choose(0, 100_000)))).ListOf();
        Prop.ForAll(operations.ToArbitrary(), list =>
        {
            var model = new Queue<byte>();
            var blocks = new Blocks(keeps);
            byte next = 0;
            foreach (var (operation, size) in list)
            {
                switch (operation)
                {
                    case 0:
                        blocks.Write(Bytes(size));
                        break;
                    case 1:
                        Bytes(size).CopyTo(blocks.GetSpan(size));
                        blocks.Advance(size);
                        break;
                    case 2:
                        blocks.GetMemory(size);
                        if (size % 8 > 0) break;
                        blocks.Clear();
                        model.Clear();
                        break;
                    case 3:
                        var count = Math.Min(size, blocks.First.Length);
                        blocks.Consume(count);
                        for (var i = 0; i < count; i++) model.Dequeue();
                        break;
                    case 4:
                        var other = new Blocks();
                        other.Write(Bytes(size));
                        other.MoveTo(blocks);
                        Assert.False(other.IsRented);
                        break;
                    case 5 when size < 20:
                        var all = new byte[blocks.Length];
                        blocks.DrainTo(all);
                        Assert.Equal(model, all);
                        model.Clear();
                        break;
                }
                Assert.Equal(model.Count, blocks.Length);
                Assert.Equal(blocks.IsEmpty, blocks.First.IsEmpty);
                Assert.True(blocks.First.Span == blocks.FirstSpan);
            }
            Assert.Equal(model.ToArray(), blocks.Sequence.ToArray());
            blocks.Dispose();
            Assert.False(blocks.IsRented);

            byte[] Bytes(int count)
            {
                var bytes = new byte[count];
                for (var i = 0; i < count; i++) model.Enqueue(bytes[i] = next++);
                return bytes;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    [Fact]
    public void RefusesWhatItCannotHold()
    {
        var blocks = new Blocks();
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.Advance(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.Consume(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.GetSpan(-1));
        var input = new InputBuffer();
        Assert.Throws<ArgumentOutOfRangeException>(() => input.Append(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => input.Append(-1));
    }
}
