namespace Aurora.EndToEnd.Tests.Tracing;

/// <summary>One span as it was exported. Ids are hex digits; the parent's is empty for a root.</summary>
internal sealed record OtlpSpan(string Service, string Source, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Tags);
