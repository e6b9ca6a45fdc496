using System.Globalization;
using Aurora.Grains.Interfaces.Events;
using GrainEvent = Aurora.Grains.Interfaces.Events.MeshEvent;
using MeshEvent = Aurora.Client.Abstractions.Views.MeshEvent;

namespace Aurora.Client.Streams;

/// <summary>Events and their positions between the library's shapes and the grains'.</summary>
internal static class EventMapping
{
    /// <summary>An event of one pool's log; one without a position is told from its task's row.</summary>
    public static MeshEvent View(GrainEvent happened) =>
        View(happened, happened.Position > 0 ? happened.Position.ToString(CultureInfo.InvariantCulture) : null);

    /// <summary>An event under the position from which a reader goes on.</summary>
    public static MeshEvent View(GrainEvent happened, string? position) =>
        new(position, happened.At, happened.Kind, happened.TaskId, happened.Attempt, happened.NodeId, happened.Detail);

    public static MeshEvent Gap(DateTimeOffset now) => new(null, now, MeshEvent.Gap);

    /// <exception cref="AuroraMeshException">The text is no position.</exception>
    public static EventPlaces? Places(string? position) => position is null ? null
        : EventPlaces.TryParse(position) ?? throw new AuroraMeshException($"'{position}' is not the position of an event of this mesh.");
}
