using System.Text.Json;
using Aurora.GatewayApi.WebSockets;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.GatewayApi.Tests.WebSockets;

public sealed class HeartbeatFrameTests
{
    [Fact]
    public void What_went_wrong_on_a_gpu_is_read() => Assert.Equal(
        [new GpuErrorCount(GpuErrorKinds.EccCorrected, null, 3), new GpuErrorCount(GpuErrorKinds.EccUncorrected, null, 0), new GpuErrorCount(GpuErrorKinds.Xid, 79, 1)],
        ErrorsOf("""[{"kind":"ecc_corrected","count":3,"xid":5},{"kind":"ecc_uncorrected","count":0},{"kind":"xid","xid":79,"count":1}]""")!);

    [Theory]
    [InlineData("""[]""")]
    [InlineData("""{"kind":"ecc_corrected","count":3}""")]
    [InlineData("""[17,null,"xid",[]]""")]
    [InlineData("""[{"kind":"made up","count":3}]""")]
    [InlineData("""[{"kind":"ecc_corrected","count":-1}]""")]
    [InlineData("""[{"kind":"ecc_corrected"}]""")]
    [InlineData("""[{"kind":"xid","count":1}]""")]
    [InlineData("""[{"kind":"xid","count":1,"xid":0}]""")]
    [InlineData("""[{"kind":"xid","count":1,"xid":100000}]""")]
    public void What_is_no_count_of_a_known_kind_makes_no_series(string errors) => Assert.Null(ErrorsOf(errors));

    [Fact]
    public void A_node_cannot_make_series_without_end() => Assert.Equal(
        64,
        ErrorsOf($"[{string.Join(',', Enumerable.Range(1, 900).Select(xid => $$"""{"kind":"xid","xid":{{xid}},"count":1}"""))}]")!.Length);

    [Theory]
    [InlineData("\"process 7 cannot be killed\"", "process 7 cannot be killed")]
    [InlineData("\"\"", null)]
    [InlineData("true", null)]
    [InlineData("null", null)]
    public void Why_a_node_takes_no_work_is_read(string closed, string? reason)
    {
        using var frame = JsonDocument.Parse($$$"""{"type":"heartbeat","heartbeat":{"closed":{{{closed}}}}}""");
        Assert.Equal(reason, ReportFrames.Heartbeat(frame.RootElement, epoch: 1).Closed);
    }

    private static GpuErrorCount[]? ErrorsOf(string errors)
    {
        using var frame = JsonDocument.Parse($$$"""{"type":"heartbeat","heartbeat":{"gpus":[{"index":0,"errors":{{{errors}}} }]}}""");
        return Assert.Single(ReportFrames.Heartbeat(frame.RootElement, epoch: 1).Gpus).Errors;
    }
}
