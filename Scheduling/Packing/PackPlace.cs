namespace Aurora.Scheduling.Packing;

/// <summary>Where a task goes.</summary>
/// <param name="Node">The node's place in the mesh.</param>
/// <param name="Gpus">Indexes of its GPUs, ascending; empty for a task without a GPU.</param>
/// <param name="Cost">What the place costs the tasks that are expected; see <see cref="PackingMesh"/>.</param>
public sealed record PackPlace(int Node, int[] Gpus, double Cost);
