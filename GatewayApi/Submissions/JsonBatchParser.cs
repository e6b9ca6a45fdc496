using System.Buffers;
using System.Text.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Submissions;

namespace Aurora.GatewayApi.Submissions;

/// <summary>A batch as a JSON array of tasks, or as <c>{"tasks":[…]}</c>.</summary>
internal sealed class JsonBatchParser(TaskIdSource ids, int elementBytesMax, int priority) : BatchParser(ids, elementBytesMax, priority)
{
    // Two levels more than a task may have: the object and the array around it.
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = SubmitParser.DepthMax + 2 });
    private Stage _stage;
    private bool _inObject;
    private bool _hasTasks;

    private enum Stage
    {
        Start,
        Object,
        Array,
    }

    public override SequencePosition Read(in ReadOnlySequence<byte> buffer, bool isFinal)
    {
        var reader = new Utf8JsonReader(buffer, isFinal, _state);
        try
        {
            while (Problem is null)
            {
                var before = reader;
                if (!reader.Read() || !Step(ref reader, buffer))
                {
                    // Not all of it is here yet; the next piece starts where this step began.
                    reader = before;
                    Fits(buffer.Length - reader.BytesConsumed);
                    break;
                }
            }
        }
        catch (JsonException exception)
        {
            Problem = Problem.Broken(
                $"Line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}, at or after tasks[{Tasks.Count}]: "
                + exception.Message.Split(" LineNumber:", 2)[0]);
            return buffer.End;
        }

        _state = reader.CurrentState;
        return reader.Position;
    }

    private bool Step(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer) => _stage switch
    {
        Stage.Start => Start(ref reader),
        Stage.Object => Member(ref reader),
        _ => Element(ref reader, buffer),
    };

    private bool Start(ref Utf8JsonReader reader)
    {
        (_stage, _inObject) = reader.TokenType is JsonTokenType.StartObject ? (Stage.Object, true) : (Stage.Array, false);
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            Problem = Problem.Invalid("body", "must be an array of tasks, or an object with the array 'tasks'");
        }

        return true;
    }

    private bool Member(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.EndObject)
        {
            if (!_hasTasks)
            {
                Problem = Problem.Invalid("tasks", "is required: an array of tasks");
            }

            return true;
        }

        var isTasks = reader.ValueTextEquals("tasks"u8);
        if (!reader.Read())
        {
            return false;
        }

        if (!isTasks)
        {
            return reader.TrySkip();
        }

        if (reader.TokenType is not JsonTokenType.StartArray || _hasTasks)
        {
            Problem = Problem.Invalid("tasks", _hasTasks ? "appears twice" : "must be an array of tasks");
        }

        (_stage, _hasTasks) = (Stage.Array, true);
        return true;
    }

    private bool Element(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer)
    {
        if (reader.TokenType is JsonTokenType.EndArray)
        {
            // The reader itself refuses anything that follows the end of the body.
            _stage = _inObject ? Stage.Object : Stage.Array;
            return true;
        }

        var start = reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        ReadElement(buffer.Slice(start, reader.BytesConsumed - start));
        return true;
    }
}
