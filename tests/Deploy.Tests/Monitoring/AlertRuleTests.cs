using System.Text.RegularExpressions;
using Aurora.EndToEnd.Tests.Harness;
using YamlDotNet.RepresentationModel;

namespace Aurora.Deploy.Tests.Monitoring;

public sealed partial class AlertRuleTests
{
    private static readonly string[] Alerts = [.. Rule().Matches(DeployFiles.Read("prometheus", "aurora.rules.yml")).Select(match => match.Groups[1].Value)];

    [Theory]
    [InlineData("check", "config", "prometheus.yml")]
    [InlineData("test", "rules", "aurora.rules.test.yml")]
    public async Task Promtool_accepts_the_configuration_and_the_rules_pass_their_tests(params string[] arguments)
    {
        var folder = Path.Combine(DeployFiles.Folder, "prometheus");
        await using var promtool = ChildProcess.Start(await PrometheusPrograms.PromtoolAsync(), [.. arguments[..^1], Path.Combine(folder, arguments[^1])], new Dictionary<string, string?>());

        Assert.True(await promtool.WaitForExitAsync("promtool ends") == 0, promtool.Tail);
    }

    [Fact]
    public void The_promised_alerts_are_there() => Assert.Equal(
        ["AuroraCoordinatorDown", "AuroraGpuErrors", "AuroraGpuMemorySaturated", "AuroraMassLossHeld", "AuroraNodeDisconnected", "AuroraNodeStuck", "AuroraOldestTaskWaiting", "AuroraQueueBacklog", "AuroraSiloDown", "AuroraTaskFailureRatioHigh", "AuroraTaskForgotten"],
        Alerts.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_alert_has_a_test_and_a_section_that_says_what_to_do()
    {
        var tests = DeployFiles.Read("prometheus", "aurora.rules.test.yml");
        var page = DeployFiles.ReadPage("monitoring.md").Split('\n');
        Assert.All(Alerts, alert =>
        {
            Assert.Contains($"alertname: {alert}", tests, StringComparison.Ordinal);
            Assert.Contains($"### {alert}", page);
        });
    }

    [Fact]
    public void Every_alert_has_a_severity_a_summary_and_leads_to_its_section()
    {
        var groups = (YamlSequenceNode)DeployFiles.Yaml("prometheus", "aurora.rules.yml").At("groups");
        var alerts = groups.SelectMany(group => (YamlSequenceNode)group.At("rules")).Where(rule => rule.Has("alert")).ToList();

        Assert.Equal(Alerts.Length, alerts.Count);
        Assert.All(alerts, alert =>
        {
            Assert.Contains(alert.Text("labels", "severity"), new[] { "critical", "warning" });
            Assert.NotEmpty(alert.Text("annotations", "summary"));
            Assert.Equal($"docs/monitoring.md#{alert.Text("alert").ToLowerInvariant()}", alert.Text("annotations", "runbook"));
        });
    }

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Rule();
}
