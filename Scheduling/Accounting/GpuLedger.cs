using System.Diagnostics.CodeAnalysis;
using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Accounting;

/// <summary>
/// Who holds what of one node: memory of each GPU, slots, cores and host memory. A GPU is shared while its memory allows.
/// Free on a GPU is its nominal memory less the larger of what is reserved and what is measured; a measured use
/// below the head-room is the driver's and the display's, and counts as nothing. Not thread-safe.
/// </summary>
public sealed class GpuLedger
{
    /// <summary>Measured use below this share of nominal memory counts as nothing, in percent.</summary>
    public const int HeadroomPercent = 8;

    private readonly Dictionary<string, Reservation> held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Reservation> foreign = new(StringComparer.Ordinal);
    private GpuAccount[] accounts = [];
    private HostShare reservedHost;

    /// <summary>Opens the ledger of a node that holds nothing and has measured nothing.</summary>
    public GpuLedger(NodeFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ReplaceFacts(facts);
    }

    /// <summary>What the node announced last.</summary>
    public NodeFacts Facts { get; private set; }

    /// <summary>Attempts that hold a reservation.</summary>
    public int HeldCount => held.Count;

    /// <summary>Attempts that the node could start beside those it holds.</summary>
    public int FreeSlots => Math.Max(0, Facts.MaxParallel - held.Count - foreign.Count);

    /// <summary>Attempts of others that hold something of the node.</summary>
    public int ForeignCount => foreign.Count;

    /// <summary>Cores and host memory that a new attempt may reserve; below 0 where the node has shrunk.</summary>
    public HostShare FreeHost => Facts.Host - reservedHost;

    /// <summary>Every reservation, in no particular order.</summary>
    public IReadOnlyCollection<Reservation> Reservations => held.Values;

    /// <summary>The reservation of a task's attempt, or null.</summary>
    public Reservation? Find(string taskId) => held.GetValueOrDefault(taskId);

    /// <summary>What attempts of others hold of a GPU's memory, in bytes.</summary>
    public long ForeignBytes(int gpu) => foreign.Values.Where(reservation => reservation.Gpus.Contains(gpu)).Sum(reservation => reservation.BytesPerGpu);

    /// <summary>Memory reserved on a GPU by anybody, in bytes.</summary>
    public long ReservedBytes(int gpu) => accounts[gpu].Reserved;

    /// <summary>Memory in use by anybody when the node last looked, in bytes, less what has ended since; null when it does not tell.</summary>
    public long? MeasuredBytes(int gpu) => accounts[gpu].Measured;

    /// <summary>Memory that a new attempt may reserve on a GPU, in bytes; never negative.</summary>
    public long FreeBytes(int gpu)
    {
        var nominal = Facts.Gpus[gpu].MemoryBytes;
        return Math.Max(0, nominal - Math.Max(accounts[gpu].Reserved, BeyondHeadroom(nominal, accounts[gpu].Measured)));
    }

    /// <summary>Attempts that hold a reservation on a GPU.</summary>
    public int HeldOn(int gpu) => accounts[gpu].Attempts;

    /// <summary>Takes new facts. What is held stays held, even where the node has shrunk below it.</summary>
    [MemberNotNull(nameof(Facts))]
    public void ReplaceFacts(NodeFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var measured = accounts;
        Facts = facts;
        reservedHost = default;
        accounts = new GpuAccount[facts.Gpus.Count];
        for (var gpu = 0; gpu < Math.Min(accounts.Length, measured.Length); gpu++)
        {
            accounts[gpu].Measured = measured[gpu].Measured;
        }

        foreach (var reservation in held.Values)
        {
            Book(reservation, 1);
            reservation.TakenOver = true;
        }

        foreach (var reservation in foreign.Values)
        {
            Book(reservation, 1);
        }
    }

    /// <summary>
    /// Takes what others, who place here beside the owner of this ledger, hold by now; what they held before and do not any more is
    /// free. It is recorded without a check.
    /// </summary>
    public void ReplaceForeign(IReadOnlyCollection<Reservation> now)
    {
        ArgumentNullException.ThrowIfNull(now);
        if (now.Count == 0 && foreign.Count == 0)
        {
            return;
        }

        var kept = now.ToDictionary(reservation => reservation.TaskId, StringComparer.Ordinal);
        foreach (var gone in foreign.Values.Where(reservation => kept.GetValueOrDefault(reservation.TaskId)?.Attempt != reservation.Attempt).ToList())
        {
            foreign.Remove(gone.TaskId);
            Book(gone, -1);
        }

        foreach (var reservation in now)
        {
            if (foreign.TryAdd(reservation.TaskId, reservation))
            {
                Book(reservation, 1);
            }
        }
    }

    /// <summary>Takes what the node measures. A GPU that is not named, or names no use, counts by its reservations only.</summary>
    public void Observe(NodeLoad load)
    {
        ArgumentNullException.ThrowIfNull(load);
        for (var gpu = 0; gpu < accounts.Length; gpu++)
        {
            accounts[gpu].Measured = null;
        }

        foreach (var gpu in load.Gpus)
        {
            if (gpu.Index >= 0 && gpu.Index < accounts.Length)
            {
                accounts[gpu.Index].Measured = gpu.UsedBytes;
            }
        }
    }

    /// <summary>
    /// Reserves a slot and the memory on every GPU named, or nothing. Repeating a reservation that is held changes
    /// nothing and succeeds.
    /// </summary>
    /// <param name="gpus">Different indexes of the node's GPUs; empty for an attempt without a GPU.</param>
    /// <param name="bytesPerGpu">Memory to hold on each of them, in bytes.</param>
    /// <param name="host">Cores and host memory to hold.</param>
    public bool TryReserve(
        string taskId, int attempt, IReadOnlyList<int> gpus, long bytesPerGpu, [NotNullWhen(false)] out Refusal? refusal, HostShare host = default)
    {
        ArgumentNullException.ThrowIfNull(gpus);
        return TryReserve(new PlainReservation(taskId, attempt, gpus, bytesPerGpu, host), out refusal);
    }

    /// <inheritdoc cref="TryReserve(string, int, IReadOnlyList{int}, long, out Refusal?, HostShare)"/>
    public bool TryReserve(Reservation reservation, [NotNullWhen(false)] out Refusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        if (held.TryGetValue(reservation.TaskId, out var present))
        {
            refusal = present.Attempt == reservation.Attempt ? null : Refusals.TaskHeldAlready(reservation.TaskId, present.Attempt, reservation.Attempt);
            return refusal is null;
        }

        refusal = WhyNot(reservation.Gpus, reservation.BytesPerGpu, reservation.Host);
        if (refusal is not null)
        {
            return false;
        }

        reservation.TakenOver = false;
        Add(reservation);
        return true;
    }

    /// <summary>Records what an attempt holds already, without a check. Does nothing when the task is held.</summary>
    public void TakeOver(string taskId, int attempt, IReadOnlyList<int> gpus, long bytesPerGpu, HostShare host = default) =>
        TakeOver(new PlainReservation(taskId, attempt, gpus, bytesPerGpu, host));

    /// <inheritdoc cref="TakeOver(string, int, IReadOnlyList{int}, long, HostShare)"/>
    public void TakeOver(Reservation reservation)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        if (!held.ContainsKey(reservation.TaskId))
        {
            reservation.TakenOver = true;
            Add(reservation);
        }
    }

    /// <summary>Frees what an attempt holds; false when it is not held under this attempt number.</summary>
    public bool Release(string taskId, int attempt)
    {
        if (!held.TryGetValue(taskId, out var reservation) || reservation.Attempt != attempt)
        {
            return false;
        }

        held.Remove(taskId);
        Book(reservation, -1);
        return true;
    }

    /// <summary>Throws when the sums differ from the reservations, or checked reservations exceed what the node has.</summary>
    public void CheckInvariants()
    {
        for (var gpu = 0; gpu < accounts.Length; gpu++)
        {
            var here = held.Values.Concat(foreign.Values).Where(reservation => reservation.Gpus.Contains(gpu)).ToList();
            var reserved = here.Sum(reservation => reservation.BytesPerGpu);
            Require(
                reserved == accounts[gpu].Reserved && here.Count == accounts[gpu].Attempts,
                $"GPU {gpu} of {Facts.NodeId} books {accounts[gpu].Reserved} bytes; its reservations sum to {reserved}.");
            Require(
                reserved <= Facts.Gpus[gpu].MemoryBytes || here.Exists(reservation => reservation.TakenOver),
                $"GPU {gpu} of {Facts.NodeId} has {Facts.Gpus[gpu].MemoryBytes} bytes and {reserved} are reserved.");
        }

        Require(
            FreeHost.Covers(default) || foreign.Count > 0 || held.Values.Any(reservation => reservation.TakenOver),
            $"{Facts.NodeId} has {Facts.Host} and {reservedHost} are reserved.");
        Require(
            held.Count <= Facts.MaxParallel || held.Values.Any(reservation => reservation.TakenOver),
            $"{Facts.NodeId} runs {Facts.MaxParallel} attempts at once and holds {held.Count}.");
    }

    private Refusal? WhyNot(IReadOnlyList<int> gpus, long bytes, HostShare host)
    {
        if (FreeSlots == 0)
        {
            return Refusals.NoFreeSlot(HeldCount + ForeignCount, Facts.MaxParallel);
        }

        if (!FreeHost.Covers(host))
        {
            return Refusals.HostTaken(host, FreeHost);
        }

        for (var position = 0; position < gpus.Count; position++)
        {
            var gpu = gpus[position];
            if (gpu < 0 || gpu >= accounts.Length || gpus.Take(position).Contains(gpu))
            {
                return Refusals.NoSuchGpu(gpu, accounts.Length);
            }

            if (FreeBytes(gpu) < bytes)
            {
                return Refusals.GpuMemoryTaken(gpu, bytes, FreeBytes(gpu));
            }
        }

        return null;
    }

    private void Add(Reservation reservation)
    {
        held.Add(reservation.TaskId, reservation);
        Book(reservation, 1);
    }

    private void Book(Reservation reservation, int sign)
    {
        reservedHost = sign > 0 ? reservedHost + reservation.Host : reservedHost - reservation.Host;
        foreach (var gpu in reservation.Gpus)
        {
            // A reservation that was taken over may name a GPU that the node does not announce any more.
            if (gpu >= 0 && gpu < accounts.Length)
            {
                accounts[gpu].Book(sign, reservation.BytesPerGpu);
            }
        }
    }

    private static long BeyondHeadroom(long nominal, long? measured) =>
        measured is { } used && used >= nominal / 100 * HeadroomPercent ? used : 0;

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new InvalidOperationException(message);
        }
    }
}
