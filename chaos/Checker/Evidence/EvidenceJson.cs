using System.Text.Json.Serialization;

namespace Aurora.Chaos.Checker.Evidence;

/// <summary>The files' JSON: snake_case names, enumerations as words, phases as numbers.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SnakeCaseWord<ClientStep>), typeof(SnakeCaseWord<ClientCall>), typeof(SnakeCaseWord<JournalStep>), typeof(SnakeCaseWord<FaultStep>)])]
[JsonSerializable(typeof(Manifest))]
[JsonSerializable(typeof(ClientEvent))]
[JsonSerializable(typeof(JournalEvent))]
[JsonSerializable(typeof(FaultEvent))]
[JsonSerializable(typeof(StoreEvent))]
[JsonSerializable(typeof(EpochEvent))]
[JsonSerializable(typeof(StoredTask))]
public sealed partial class EvidenceJson : JsonSerializerContext;

/// <summary>An enumeration's members as words in lower case.</summary>
internal sealed class SnakeCaseWord<T>() : JsonStringEnumConverter<T>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
