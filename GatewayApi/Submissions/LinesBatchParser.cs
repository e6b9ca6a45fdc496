using System.Buffers;

namespace Aurora.GatewayApi.Submissions;

/// <summary>A batch as <c>application/x-ndjson</c>: one task a line, blank lines ignored.</summary>
internal sealed class LinesBatchParser(TaskIdSource ids, int elementBytesMax, int priority) : BatchParser(ids, elementBytesMax, priority)
{
    public override SequencePosition Read(in ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var rest = buffer;
        while (Problem is null && rest.PositionOf((byte)'\n') is { } end)
        {
            ReadLine(rest.Slice(0, end));
            rest = rest.Slice(rest.GetPosition(1, end));
        }

        if (Problem is null && isFinal)
        {
            ReadLine(rest);
            return buffer.End;
        }

        if (Problem is null)
        {
            Fits(rest.Length);
        }

        return rest.Start;
    }

    private void ReadLine(in ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
            {
                ReadElement(line);
                return;
            }
        }
    }
}
