namespace Aurora.GpuProbes;

/// <summary>The operator stated this machine's GPUs in a way that cannot be read. The message names the variable and the cure.</summary>
internal sealed class GpuConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
