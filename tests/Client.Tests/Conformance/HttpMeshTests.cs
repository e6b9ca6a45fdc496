namespace Aurora.Client.Tests.Conformance;

[Collection(nameof(RealMesh))]
public sealed class HttpMeshTests(RealMesh real) : RealMeshConformance(real)
{
    protected override IAuroraMesh Mesh => Real.Http;
}
