using System.Buffers.Binary;
using Akka.Actor;
using Akka.IO;
using Akka.Streams.Implementation.Stages;
using Akka.Streams.Stage;

namespace Akka.Streams.Dsl;

/// <summary>Cuts a stream of bytes, which comes in pieces of any size, into frames.</summary>
public static class Framing
{
    private const int LengthFieldOfSimpleProtocol = 4;

    /// <summary>Cuts at a delimiter, which is left out.</summary>
    /// <param name="delimiter">The delimiter.</param>
    /// <param name="maximumFrameLength">The longest frame.</param>
    /// <param name="allowTruncation">Whether the last frame may lack the delimiter.</param>
    /// <returns>The flow.</returns>
    public static Flow<ByteString, ByteString, NotUsed> Delimiter(ByteString delimiter, int maximumFrameLength, bool allowTruncation = false) =>
        Flow.FromGraph(new Frames(() => new DelimiterCutter(delimiter, maximumFrameLength), allowTruncation));

    /// <summary>Cuts by a length that stands in each frame; the frames keep it.</summary>
    /// <param name="fieldLength">How many bytes the length has: 1 to 4.</param>
    /// <param name="maximumFrameLength">The longest frame.</param>
    /// <param name="fieldOffset">Where in the frame the length stands.</param>
    /// <param name="byteOrder">The order of its bytes.</param>
    /// <returns>The flow.</returns>
    public static Flow<ByteString, ByteString, NotUsed> LengthField(
        int fieldLength,
        int maximumFrameLength,
        int fieldOffset = 0,
        ByteOrder byteOrder = ByteOrder.LittleEndian)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fieldLength, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fieldLength, 4);
        return Flow.FromGraph(new Frames(() => new LengthCutter(fieldLength, fieldOffset, maximumFrameLength, byteOrder), allowTruncation: false));
    }

    /// <summary>Makes the protocol that puts a length of four bytes before each message.</summary>
    /// <param name="maximumMessageLength">The longest message.</param>
    /// <returns>Downwards it encodes, upwards it decodes.</returns>
    public static BidiFlow<ByteString, ByteString, ByteString, ByteString, NotUsed> SimpleFramingProtocol(int maximumMessageLength) => BidiFlow.FromFlows(
        Flow.FromFunction<ByteString, ByteString>(message =>
        {
            if (message.Count > maximumMessageLength)
                throw new FramingException($"Maximum allowed message size is {maximumMessageLength} but tried to send {message.Count} bytes");
            var length = new byte[LengthFieldOfSimpleProtocol];
            BinaryPrimitives.WriteInt32BigEndian(length, message.Count);
            return ByteString.FromBytes(length) + message;
        }),
        LengthField(LengthFieldOfSimpleProtocol, maximumMessageLength + LengthFieldOfSimpleProtocol, 0, ByteOrder.BigEndian)
            .Select(static frame => frame.Slice(LengthFieldOfSimpleProtocol)));

    /// <summary>The bytes do not follow the framing.</summary>
    /// <param name="message">What is wrong.</param>
    public sealed class FramingException(string message) : AkkaException(message);

    private abstract class Cutter
    {
        /// <summary>Takes a frame off the bytes; null when there is not all of it yet.</summary>
        public abstract ByteString? Cut(ref ByteString bytes);
    }

    private sealed class DelimiterCutter(ByteString delimiter, int max) : Cutter
    {
        private int _searched;

        public override ByteString? Cut(ref ByteString bytes)
        {
            var end = bytes.IndexOf(delimiter, _searched);
            if (end < 0)
            {
                _searched = Math.Max(0, bytes.Count - delimiter.Count + 1);
                if (_searched > max)
                    throw new FramingException($"Read {bytes.Count} bytes which is more than {max} without seeing a line terminator");
                return null;
            }

            _searched = 0;
            if (end > max)
                throw new FramingException($"Read {end} bytes which is more than {max} without seeing a line terminator");
            var frame = bytes.Slice(0, end);
            bytes = bytes.Slice(end + delimiter.Count);
            return frame;
        }
    }

    private sealed class LengthCutter(int fieldLength, int fieldOffset, int max, ByteOrder order) : Cutter
    {
        public override ByteString? Cut(ref ByteString bytes)
        {
            var head = fieldOffset + fieldLength;
            if (bytes.Count < head)
                return null;
            var length = 0L;
            for (var i = 0; i < fieldLength; i++)
                length = (length << 8) | bytes[order == ByteOrder.BigEndian ? fieldOffset + i : head - 1 - i];
            length = fieldLength == 4 ? (int)length : length;
            if (length < 0)
                throw new FramingException($"Decoded frame header reported negative size {length}");
            var total = length + head;
            if (total > max)
                throw new FramingException($"Maximum allowed frame size is {max} but decoded frame header reported size {total}");
            if (bytes.Count < total)
                return null;
            var frame = bytes.Slice(0, (int)total);
            bytes = bytes.Slice((int)total);
            return frame;
        }
    }

    private sealed class Frames(Func<Cutter> start, bool allowTruncation) : FlowStage<ByteString, ByteString>
    {
        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, start(), allowTruncation, inheritedAttributes);

        private sealed class Logic(Frames stage, Cutter cutter, bool allowTruncation, Attributes attributes)
            : FlowLogic<ByteString, ByteString>(stage.Shape, attributes)
        {
            private ByteString _bytes = ByteString.Empty;

            private protected override bool ForwardsDemand => false;

            public override void OnPush()
            {
                _bytes += Grab(In);
                Go();
            }

            public override void OnPull() => Go();

            public override void OnUpstreamFinish()
            {
                if (_bytes.IsEmpty)
                    CompleteStage();
                else if (IsAvailable(Out))
                    Go();
            }

            private void Go()
            {
                if (cutter.Cut(ref _bytes) is { } frame)
                {
                    Push(Out, frame);
                    if (IsClosed(In) && _bytes.IsEmpty)
                        CompleteStage();
                }
                else if (!IsClosed(In))
                {
                    PullOnce();
                }
                else if (_bytes.IsEmpty)
                {
                    CompleteStage();
                }
                else if (allowTruncation)
                {
                    Push(Out, _bytes);
                    CompleteStage();
                }
                else
                {
                    FailStage(new FramingException("Stream finished but there was a truncated final frame in the buffer"));
                }
            }
        }
    }
}
