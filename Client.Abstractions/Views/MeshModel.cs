namespace Aurora.Client.Abstractions.Views;

/// <summary>A model of the mesh, or a route that stands for several.</summary>
/// <param name="Nodes">The nodes that offer it; none for a route.</param>
/// <param name="LoadedOn">Those of them that have it in memory.</param>
/// <param name="RouteTo">The models that a route leads to; none for a model.</param>
public sealed record MeshModel(string Name, IReadOnlyList<string> Nodes, IReadOnlyList<string> LoadedOn, IReadOnlyList<string> RouteTo);
