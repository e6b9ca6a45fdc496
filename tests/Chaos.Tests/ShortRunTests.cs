using Aurora.Chaos.Checker.Reporting;
using Aurora.Chaos.Runner.Plans;
using Aurora.Chaos.Runner.Running;

namespace Aurora.Chaos.Tests;

/// <summary>The real processes under every kind of fault, for about a minute and a half.</summary>
public sealed class ShortRunTests
{
    private const int Seed = 7;

    [Fact]
    public async Task A_short_run_keeps_every_promise()
    {
        var directory = Directory.CreateTempSubdirectory("aurora-chaos-").FullName;

        var report = await ChaosRun.RunAsync(Experiments.Find("short", Seed)!, directory, TestContext.Current.SendDiagnosticMessage);

        Assert.True(report.Verdict!.Outcome == RunOutcome.Passed, $"{report.Text()}\nThe evidence is in {directory}.");
        Directory.Delete(directory, recursive: true);
    }
}
