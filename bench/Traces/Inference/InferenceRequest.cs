namespace Aurora.Bench.Traces.Inference;

/// <summary>A row of the inference trace.</summary>
internal readonly record struct InferenceRequest(double ArrivalSeconds, int ContextTokens, int GeneratedTokens);
