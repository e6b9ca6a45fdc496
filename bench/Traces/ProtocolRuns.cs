namespace Aurora.Bench.Traces;

/// <summary>Every run of the protocol's table, as the command line would ask for it one by one.</summary>
internal static class ProtocolRuns
{
    private static readonly string[] PackingWorkloads = ["default", "gpuspec33", "gpushare60", "multigpu50", "vram"];
    private static readonly string[] QueueWorkloads = ["vc3_homog64", "vc4_homog64", "vc3_het104", "vc4_het160"];
    private static readonly string[] CostWorkloads = ["vc3", "vc4"];
    private static readonly string[] Knowledge = ["none", "durations"];
    private static readonly string[] Spot = ["false", "true"];
    private static readonly string[] OwnedNodes = ["0", "4"];
    private static readonly string[] Fleets = ["conv_4xA10", "conv_4xA100-40", "conv_1xH100+1xA100-40+4xA10", "code_4xA10", "code_1xH100+1xA100-40+4xA10"];

    public static IEnumerable<string[]> All =>
    [
        .. from workload in PackingWorkloads from seed in Enumerable.Range(42, 10) select Run("T1", workload, "--seed", $"s{seed}"),
        .. from seed in Enumerable.Range(42, 3) select Run("T2", "default", "--seed", $"s{seed}"),
        .. from workload in QueueWorkloads from knowledge in Knowledge select Run("T3", workload, "--knowledge", knowledge),
        .. from workload in QueueWorkloads select Run("T3", workload, "--knowledge", "durations", "--queue", "least-attained"),
        Run("T3", "vc4_homog64", "--dispatch", "planner"),
        .. from workload in CostWorkloads
           from spot in Spot
           from owned in OwnedNodes
           select Run("T4", workload, "--spot", spot, "--owned", owned),
        Run("T5", "default"),
        Run("T5", "default", "--shareable", "true"),
        .. from fleet in Fleets select Run("T6", fleet),
    ];

    private static string[] Run(string test, string workload, params string[] more) => ["--test", test, "--workload", workload, .. more];
}
