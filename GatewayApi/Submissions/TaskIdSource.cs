using System.Buffers.Binary;
using System.Security.Cryptography;
using Aurora.Grains.Interfaces;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// Makes task ids: <c>task_</c> and a version 7 UUID in hex. Ids of one process sort in the order in which they were
/// made, even within one millisecond and when the clock steps back; ids of two processes differ in 62 random bits.
/// </summary>
internal sealed class TaskIdSource(TimeProvider time)
{
    // Unix milliseconds in the upper 52 bits, a counter in the lower 12: together what the UUID starts with.
    private long _last;

    public string Next()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds() << 12;
        long last, next;
        do
        {
            last = Volatile.Read(ref _last);
            next = Math.Max(last + 1, now);
        }
        while (Interlocked.CompareExchange(ref _last, next, last) != last);

        Span<byte> uuid = stackalloc byte[16];
        RandomNumberGenerator.Fill(uuid[8..]);
        var milliseconds = (ulong)next >> 12;
        var counter = (ulong)next & 0xFFF;
        BinaryPrimitives.WriteUInt64BigEndian(uuid, (milliseconds << 16) | 0x7000 | counter);
        uuid[8] = (byte)((uuid[8] & 0x3F) | 0x80);

        Span<char> id = stackalloc char[MeshConstants.TaskIdPrefix.Length + 32];
        MeshConstants.TaskIdPrefix.CopyTo(id);
        Convert.TryToHexStringLower(uuid, id[MeshConstants.TaskIdPrefix.Length..], out _);
        return new string(id);
    }
}
