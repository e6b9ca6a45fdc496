using Aurora.GpuProbes;

namespace Aurora.NodeAgent.Tests.Gpus;

public sealed class GpuProbeOrderTests
{
    [Theory]
    [InlineData("Linux", "nvml nvidia-smi | nvidia-topology | amd-sysfs amd-smi rocm-smi | intel-sysfs xpu-smi")]
    [InlineData("Windows", "nvml nvidia-smi | nvidia-topology | xpu-smi")]
    [InlineData("MacOS", "apple")]
    [InlineData("Other", "")]
    public void Each_platform_has_its_probes_in_order(string platform, string expected)
    {
        var families = GpuProbeOrder.For(Enum.Parse<HostPlatform>(platform), new GpuProbeOptions());

        // The optional NvAPI probe is there only in builds that have it.
        var names = families.Select(family => string.Join(' ', family.Select(probe => probe.Name).Where(name => name != "nvapi")));
        Assert.Equal(expected, string.Join(" | ", names));
    }

    [Theory]
    [InlineData("00000000:01:00.0", "0000:01:00.0")]
    [InlineData("0000:0C:00.1", "0000:0c:00.1")]
    [InlineData("0000000F:01:00.0", "000f:01:00.0")]
    [InlineData("41:00.0", "0000:41:00.0")]
    [InlineData("N/A", null)]
    [InlineData("1:2:3:4", null)]
    [InlineData("0000:01:00", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Pci_addresses_have_one_spelling(string? told, string? expected) => Assert.Equal(expected, PciAddress.Normalize(told));
}
