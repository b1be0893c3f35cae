using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ActorServer.Processes;

/// <summary>A connection as it is handed over.</summary>
/// <param name="Descriptor">The socket.</param>
/// <param name="Id">Counted from 1 per server.</param>
/// <param name="Thread">The kernel's id of the thread that accepted it.</param>
/// <param name="Actor">The path of the actor that owns this process.</param>
internal sealed record Given(int Descriptor, long Id, int Thread, string Actor)
{
    public static Given Parse(ReadOnlySpan<byte> bytes, int descriptor) => new(
        descriptor, BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]), new string(MemoryMarshal.Cast<byte, char>(bytes[12..])));

    public byte[] Write()
    {
        var bytes = new byte[12 + sizeof(char) * Actor.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Id);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), Thread);
        MemoryMarshal.AsBytes(Actor.AsSpan()).CopyTo(bytes.AsSpan(12));
        return bytes;
    }
}
