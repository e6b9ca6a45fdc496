namespace Aurora.NodeAgent.Executors;

/// <summary>Recognises in what a program says that its GPU had too little memory.</summary>
internal static class GpuOutOfMemory
{
    // What PyTorch (CUDA, ROCm, MPS, XPU), the CUDA and HIP runtimes, llama.cpp, vLLM, JAX and TensorFlow write.
    private static readonly string[] Phrases =
    [
        "CUDA out of memory",
        "CUDA error: out of memory",
        "CUDA_ERROR_OUT_OF_MEMORY",
        "cudaErrorMemoryAllocation",
        "cudaMalloc failed: out of memory",
        "torch.OutOfMemoryError",
        "torch.cuda.OutOfMemoryError",
        "HIP out of memory",
        "hipErrorOutOfMemory",
        "MPS backend out of memory",
        "XPU out of memory",
        "No available memory for the cache blocks",
        "RESOURCE_EXHAUSTED: Out of memory",
        "OOM when allocating tensor",
    ];

    /// <summary>Whether the text says so.</summary>
    public static bool IsNamedIn(string text) => Array.Exists(Phrases, phrase => text.Contains(phrase, StringComparison.OrdinalIgnoreCase));
}
