using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Groups;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// A client's name for one request (<c>Idempotency-Key</c>). The ids of its tasks are made from it, so that a repeat names the
/// same tasks, through whichever gateway it comes, and the primary key of the store lets one of them in (decision 0006).
/// </summary>
internal sealed class IdempotencyKey : IDisposable
{
    public const string Header = "Idempotency-Key";

    private const int LengthMax = 255;

    private readonly IncrementalHash body = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly string scope;

    private IdempotencyKey(string scope) => this.scope = scope;

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
        if (text.Length is 0 or > LengthMax || text.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0)
        {
            return Problem.Invalid(Header, $"must be one header of 1 to {LengthMax} visible ASCII characters");
        }

        // Two clients may choose the same key; each has its own tasks.
        key = new IdempotencyKey($"{CallerKey.Of(context)}\n{text}\n");
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
        var requestHash = Convert.ToHexStringLower(body.GetHashAndReset().AsSpan(0, 16));
        var stem = MeshConstants.TaskIdPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{scope}0")).AsSpan(0, 16));
        for (var i = 0; i < tasks.Count; i++)
        {
            tasks[i] = tasks[i] with { TaskId = GroupId.TaskId(stem, i), RequestHash = requestHash };
        }
    }

    public void Dispose() => body.Dispose();
}
