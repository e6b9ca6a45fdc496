namespace Aurora.Grains.Interfaces.Output;

/// <summary>
/// What a task writes while it runs, in memory and bounded: the newest part of it is here for whoever reads along. The key is
/// the task id. A node keeps the newest part too and fills the grain again after a silo was lost.
/// </summary>
[GrainInterfaceType("aurora.task-output")]
public interface ITaskOutputGrain : IGrainWithStringKey
{
    /// <summary>Takes the pieces that are new. Repeating a batch adds nothing.</summary>
    Task<OutputReceipt> AppendAsync(OutputBatch batch);

    /// <summary>
    /// What there is from <paramref name="position"/> on, at most about 256 KiB; waits for it up to <paramref name="wait"/> (at
    /// most 20 s) and then answers without any.
    /// </summary>
    [ResponseTimeout("00:00:30")]
    Task<OutputPage> ReadAsync(long position, TimeSpan wait);

    /// <summary>The newest <see cref="OutputKind.Progress"/> of the latest attempt: a JSON object; null while it has said nothing.</summary>
    Task<string?> GetProgressAsync();
}
