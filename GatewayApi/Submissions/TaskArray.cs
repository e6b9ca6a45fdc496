using System.Globalization;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Submissions;

/// <summary>One task many times (<c>count</c>): in each, <c>{index}</c> in what the user sent stands for its number, from 0.</summary>
internal static class TaskArray
{
    private const string Index = "{index}";

    /// <summary>What the tasks take together, in characters.</summary>
    public static long SizeOf(TaskSpec spec, int count) => (long)count * (spec.Payload.Length + spec.Requirements.Length + SizeOf(spec.Controls));

    private static int SizeOf(TaskControls? controls) => controls is null ? 0
        : (controls.Webhook?.Length ?? 0)
            + (controls.After?.Sum(after => after.TaskId.Length) ?? 0)
            + (controls.Labels?.Sum(label => label.Key.Length + label.Value.Length) ?? 0);

    public static List<NewTask> Expand(TaskSpec spec, int count, TaskIdSource ids)
    {
        var stem = ids.Next();
        var isSame = !spec.Payload.Contains(Index, StringComparison.Ordinal);
        return
        [
            .. Enumerable.Range(0, count).Select(index => new NewTask(
                GroupId.TaskId(stem, index),
                isSame ? spec : spec with { Payload = spec.Payload.Replace(Index, index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) },
                Watched: false)),
        ];
    }
}
