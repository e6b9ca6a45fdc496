using System.Buffers;
using Aurora.Chaos.Runner.Proxy;

namespace Aurora.Chaos.Tests;

public sealed class WebSocketFrameTests
{
    public static TheoryData<int, bool> Frames => new()
    {
        { 0, false }, { 5, false }, { 125, true }, { 126, false }, { 65535, true }, { 65536, false }, { 70000, true },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_ends_where_its_header_says(int payload, bool masked)
    {
        var frame = Frame(payload, masked, 0x81);
        byte[] following = [.. frame, 0x81, 0x00];

        var read = WebSocketFrame.TryRead(new ReadOnlySequence<byte>(following));

        Assert.Equal(frame.Length, read!.Value.Bytes.Length);
        Assert.True(read.Value.IsText);
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void An_incomplete_frame_waits(int payload, bool masked)
    {
        var frame = Frame(payload, masked, 0x81);

        Assert.All(
            new[] { 0, 1, frame.Length / 2, frame.Length - 1 },
            length => Assert.Null(WebSocketFrame.TryRead(new ReadOnlySequence<byte>(frame, 0, length))));
    }

    [Theory]
    [InlineData(0x82)]
    [InlineData(0x88)]
    [InlineData(0x89)]
    [InlineData(0x01)]
    public void Only_whole_text_messages_are_text(byte first) =>
        Assert.False(WebSocketFrame.TryRead(new ReadOnlySequence<byte>(Frame(3, masked: false, first)))!.Value.IsText);

    private static byte[] Frame(int payload, bool masked, byte first)
    {
        byte mask = masked ? (byte)0x80 : (byte)0;
        byte[] length = payload switch
        {
            < 126 => [(byte)(mask | payload)],
            < 65536 => [(byte)(mask | 126), (byte)(payload >> 8), (byte)payload],
            _ => [(byte)(mask | 127), 0, 0, 0, 0, (byte)(payload >> 24), (byte)(payload >> 16), (byte)(payload >> 8), (byte)payload],
        };
        return [first, .. length, .. new byte[masked ? 4 : 0], .. new byte[payload]];
    }
}
