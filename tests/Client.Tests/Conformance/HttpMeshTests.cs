namespace Aurora.Client.Tests.Conformance;

public sealed class HttpMeshTests(RealMesh real) : MeshConformance
{
    protected override IAuroraMesh Mesh => real.Http;
}
