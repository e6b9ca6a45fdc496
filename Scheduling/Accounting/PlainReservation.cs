using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Accounting;

/// <summary>A reservation of whose attempt nothing else is kept.</summary>
internal sealed class PlainReservation(string taskId, int attempt, IReadOnlyList<int> gpus, long bytesPerGpu, HostShare host) : Reservation
{
    public override string TaskId { get; } = taskId;

    public override int Attempt { get; } = attempt;

    public override IReadOnlyList<int> Gpus { get; } = gpus;

    public override long BytesPerGpu { get; } = Math.Max(0, bytesPerGpu);

    public override HostShare Host { get; } = host;
}
