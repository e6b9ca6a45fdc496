using System.Buffers;
using System.Security.Cryptography;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// A client's name for one request (<c>Idempotency-Key</c>). The ids of its tasks are made from it, so that a repeat names the
/// same tasks, through whichever gateway it comes, and the primary key of the store lets one of them in (decision 0006).
/// </summary>
internal sealed class IdempotencyKey : IDisposable
{
    public const string Header = "Idempotency-Key";

    private readonly IncrementalHash body = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string stem;

    private IdempotencyKey(string stem) => this.stem = stem;

    /// <summary>The key of the request, null without one, or the refusal of one that cannot be a key.</summary>
    public static Problem? TryRead(HttpContext context, out IdempotencyKey? key)
    {
        key = null;
        var values = context.Request.Headers[Header];
        if (values.Count == 0)
        {
            return null;
        }

        var text = values.Count == 1 ? values[0] ?? "" : "";
        if (text.Length is 0 or > KeyedSubmit.KeyLengthMax || text.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
        {
            return Problem.Invalid(Header, $"must be one header of 1 to {KeyedSubmit.KeyLengthMax} visible ASCII characters");
        }

        // Two clients may choose the same key; each has its own tasks.
        key = new IdempotencyKey(KeyedSubmit.StemOf(CallerKey.Of(context), text));
        return null;
    }

    public static Problem Conflict { get; } = new(
        StatusCodes.Status422UnprocessableEntity,
        "idempotency_conflict",
        "The idempotency key belongs to another request.",
        $"The {Header} was used before with another body; use a new key for a new request.");

    /// <summary>Takes the next piece of the body.</summary>
    public void Append(in ReadOnlySequence<byte> piece)
    {
        foreach (var segment in piece)
        {
            body.AppendData(segment.Span);
        }
    }

    /// <summary>
    /// Puts the tasks of the whole request under this key. A single one is a group too, so that it meets a batch that comes under
    /// the same key.
    /// </summary>
    public void Apply(List<NewTask> tasks)
    {
        var requestHash = KeyedSubmit.HashOf(body.GetHashAndReset());
        for (var i = 0; i < tasks.Count; i++)
        {
            tasks[i] = tasks[i] with { TaskId = GroupId.TaskId(stem, i), RequestHash = requestHash };
        }
    }

    public void Dispose() => body.Dispose();
}
