namespace Aurora.Scheduling.Scoring;

/// <summary>
/// Peak FP16/BF16 matrix throughput in TFLOPS, dense (vendors like to print twice that, for 2:4 sparsity), with FP32
/// accumulation. Only the order matters to placement. The source of each group is named above it.
/// </summary>
internal static class PublishedGpuPower
{
    public static IReadOnlyList<(string Type, double Teraflops)> Rows { get; } =
    [
        // NVIDIA HGX B200 datasheet: 4.5 PFLOPS sparse per GPU.
        ("B200", 2250),

        // NVIDIA H200 and H100 Tensor Core GPU datasheets: 1,979 (SXM), 1,671 (NVL), 1,513 (PCIe) sparse.
        ("H200", 989.5),
        ("H100", 989.5),
        ("H100 NVL", 835.5),
        ("H100 PCIe", 756.5),

        // NVIDIA A100, A40, A30, A10 and A16 datasheets, dense figures (A16: per each of the board's four GPUs).
        ("A100", 312),
        ("A30", 165),
        ("A40", 149.7),
        ("A10", 125),
        ("A16", 17.9),

        // NVIDIA L40S, L40 and L4 datasheets: 733, 362, 242 sparse.
        ("L40S", 366.5),
        ("L40", 181),
        ("L4", 121),

        // NVIDIA T4, V100 and P100 datasheets (P100 has no tensor cores: its FP16 rate).
        ("V100", 125),
        ("V100 PCIe", 112),
        ("T4", 65),
        ("P100", 21.2),
        ("P100 PCIe", 18.7),

        // NVIDIA DGX Spark datasheet: 1 PFLOPS FP4 sparse; an eighth of that is FP16 dense.
        ("GB10", 125),

        // NVIDIA RTX Blackwell architecture whitepaper, FP16 tensor with FP32 accumulation; the RTX PRO 6000 from its
        // datasheet's 4,000 FP4 sparse TOPS.
        ("RTX PRO 6000 Blackwell", 500),
        ("RTX 5090", 209.5),
        ("RTX 5080", 112.6),
        ("RTX 5070 Ti", 87.9),
        ("RTX 5070", 61.7),

        // NVIDIA Ada GPU architecture whitepaper; smaller and SUPER models by their cores and boost clock.
        ("RTX 4090", 165.2),
        ("RTX 4080 SUPER", 104.4),
        ("RTX 4080", 97.5),
        ("RTX 4070 Ti SUPER", 88.2),
        ("RTX 4070 Ti", 80.2),
        ("RTX 4070 SUPER", 71),
        ("RTX 4070", 58.3),
        ("RTX 4060 Ti", 44.1),
        ("RTX 4060", 30.2),

        // NVIDIA Ampere GA102 architecture whitepaper; smaller models by their cores and boost clock.
        ("RTX 3090 Ti", 80),
        ("RTX 3090", 71),
        ("RTX 3080 Ti", 68.2),
        ("RTX 3080", 59.5),
        ("RTX 3070 Ti", 43.5),
        ("RTX 3070", 40.6),
        ("RTX 3060 Ti", 32.4),
        ("RTX 3060", 25.5),

        // NVIDIA RTX Ada workstation datasheets: 1,457, 1,044, 634, 328 and 192 FP8 sparse; a quarter is FP16 dense.
        ("RTX 6000 Ada", 364.2),
        ("RTX 5000 Ada", 261.1),
        ("RTX 4500 Ada", 158.5),
        ("RTX 4000 Ada", 81.9),
        ("RTX 2000 Ada", 48),

        // NVIDIA RTX A-series datasheets: 309.7, 222.2, 189.2, 153.4 and 63.9 sparse.
        ("RTX A6000", 154.8),
        ("RTX A5000", 111.1),
        ("RTX A4500", 94.6),
        ("RTX A4000", 76.7),
        ("RTX A2000", 31.9),

        // AMD Instinct MI300X, MI250X, MI250 and MI210 datasheets, FP16 matrix.
        ("MI300X", 1307.4),
        ("MI250X", 383),
        ("MI250", 362.1),
        ("MI210", 181),

        // AMD Radeon RX 7900 XTX product page, FP16.
        ("RX 7900 XTX", 122.8),

        // Intel Arc A770 product page: 262 INT8 TOPS; half is FP16.
        ("Arc A770", 131),

        // Apple's launch figures for M1 and M2 in FP32, which its GPUs run at the same rate as FP16. Apple publishes
        // none for M3 and M4: GPU cores times 256 operations times the clock.
        ("Apple M1 Ultra", 20.8),
        ("Apple M1 Max", 10.4),
        ("Apple M1 Pro", 5.2),
        ("Apple M1", 2.6),
        ("Apple M2 Ultra", 27.2),
        ("Apple M2 Max", 13.6),
        ("Apple M2 Pro", 6.8),
        ("Apple M2", 3.6),
        ("Apple M3 Ultra", 28.2),
        ("Apple M3 Max", 14.1),
        ("Apple M3 Pro", 6.4),
        ("Apple M3", 3.5),
        ("Apple M4 Max", 16.2),
        ("Apple M4 Pro", 8.1),
        ("Apple M4", 4),
    ];
}
