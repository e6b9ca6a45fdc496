using Aurora.Scheduling.Routing;

namespace Aurora.Bench.Traces.Inference;

/// <summary>
/// Replays requests against modelled replicas: a slot in order of arrival, then the replica's one prefill unit, then
/// decoding. The router hears of a request when it arrives and when it ends.
/// </summary>
internal sealed class InferenceReplay(IReadOnlyList<ReplicaRate> rates)
{
    private readonly PriorityQueue<(int Replica, double Stay), double> ends = new();

    /// <summary>Routes every request; a load divides all arrival times.</summary>
    /// <returns>The replica of each request, and its seconds to the first token.</returns>
    public (int[] Replicas, double[] FirstTokenSeconds, double LastEndSeconds) Run(
        IReadOnlyList<InferenceRequest> requests, double load, Func<double, int, int> route, Action<int, double> ended)
    {
        ends.Clear();
        var slots = rates.Select(rate => new PriorityQueue<double, double>(
            Enumerable.Range(0, rate.Slots).Select(_ => (0.0, 0.0)))).ToArray();
        var prefillFree = new double[rates.Count];
        var chosen = new int[requests.Count];
        var firstToken = new double[requests.Count];
        var last = 0.0;
        for (var number = 0; number < requests.Count; number++)
        {
            var request = requests[number];
            var now = request.ArrivalSeconds / load;
            while (ends.TryPeek(out var end, out var at) && at <= now)
            {
                ends.Dequeue();
                ended(end.Replica, end.Stay);
            }

            var replica = route(now, request.ContextTokens);
            var rate = rates[replica];
            var slot = Math.Max(now, slots[replica].Dequeue());
            var first = Math.Max(slot, prefillFree[replica]) + (request.ContextTokens / rate.PrefillTokensPerSecond);
            var done = first + (request.GeneratedTokens / rate.DecodeTokensPerSecond);
            prefillFree[replica] = first;
            slots[replica].Enqueue(done, done);
            ends.Enqueue((replica, done - now), done);
            chosen[number] = replica;
            firstToken[number] = first - now;
            last = Math.Max(last, done);
        }

        return (chosen, firstToken, last);
    }
}
