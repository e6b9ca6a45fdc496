using System.Text.Json.Serialization;

namespace Aurora.Client.Tests.Conformance;

/// <summary>A result as a user's own type.</summary>
public sealed record Echo([property: JsonPropertyName("echo")] int Value);

[JsonSerializable(typeof(Echo))]
internal sealed partial class ResultContext : JsonSerializerContext;
