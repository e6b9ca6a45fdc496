using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Aurora.Deploy.Tests;

/// <summary>systemd, launchd and Windows run the same programs with the same variables.</summary>
public sealed partial class ServiceUnitTests
{
    [Theory]
    [InlineData("aurora-coordinator", "/opt/aurora/silo/Aurora.Silo", "coordinator")]
    [InlineData("aurora-node-agent", "/opt/aurora/node-agent/Aurora.NodeAgent", "node-agent")]
    public void A_systemd_unit_starts_the_program_again_but_not_with_a_setting_that_is_wrong(string unit, string program, string settings)
    {
        var lines = DeployFiles.Read("systemd", $"{unit}.service").Split('\n');

        Assert.Equal(["[Unit]", "[Service]", "[Install]"], lines.Where(line => line.StartsWith('[')));
        Assert.Contains($"ExecStart={program}", lines);
        Assert.Contains($"EnvironmentFile=-/etc/aurora/{settings}.env", lines);
        Assert.Contains("Restart=always", lines);
        Assert.Contains("RestartPreventExitStatus=78", lines);
        Assert.Contains("DynamicUser=yes", lines);
        DeployFiles.AssertKnown(unit, UnitVariable().Matches(string.Join('\n', lines)).Select(match => match.Groups[1].Value));
    }

    [Theory]
    [InlineData("coordinator.env.example")]
    [InlineData("node-agent.env.example")]
    public void An_example_of_settings_has_only_what_the_product_reads(string file) =>
        DeployFiles.AssertKnown(file, DeployFiles.Settings(DeployFiles.Read("systemd", file)).Keys);

    [Fact]
    public void The_launchd_job_keeps_the_agent_alive()
    {
        using var reader = XmlReader.Create(new StringReader(DeployFiles.Read("launchd", "mesh.aurora.node-agent.plist")), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        var job = Dictionary(XDocument.Load(reader).Root!.Element("dict")!);

        Assert.Equal("mesh.aurora.node-agent", job["Label"].Value);
        Assert.Equal("true", job["KeepAlive"].Name.LocalName);
        Assert.Equal("true", job["RunAtLoad"].Name.LocalName);
        Assert.True(int.Parse(job["ExitTimeOut"].Value, CultureInfo.InvariantCulture) > 30);
        DeployFiles.AssertKnown("the launchd job", Dictionary(job["EnvironmentVariables"]).Keys);
    }

    [Fact]
    public void The_settings_that_the_windows_script_shows_are_those_that_the_product_reads()
    {
        var shown = DeployFiles.Read("windows", "Install-AuroraService.ps1") + DeployFiles.ReadPage("operations-deploy.md");
        var variables = ScriptVariable().Matches(shown).Select(match => match.Groups[1].Value).ToList();

        Assert.Contains("MESH_COORDINATOR_URL", variables);
        Assert.Contains("ASPNETCORE_URLS", variables);
        DeployFiles.AssertKnown("the Windows script", variables);
    }

    private static Dictionary<string, XElement> Dictionary(XElement dict) => dict.Elements("key")
        .ToDictionary(key => key.Value, key => key.ElementsAfterSelf().First(), StringComparer.Ordinal);

    [GeneratedRegex(@"^Environment=([A-Za-z_]+)=", RegexOptions.Multiline)]
    private static partial Regex UnitVariable();

    [GeneratedRegex(@"\b([A-Z][A-Z_]+) = '")]
    private static partial Regex ScriptVariable();
}
