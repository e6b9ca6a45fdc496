using System.Diagnostics;
using System.Globalization;
using Aurora.Chaos.Runner;
using Aurora.Chaos.Runner.Running;

RunnerOptions options;
try
{
    options = RunnerOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    Console.Error.WriteLine(RunnerOptions.Usage);
    return 64;
}

var clock = Stopwatch.StartNew();
Directory.CreateDirectory(options.Directory);
var report = await ChaosRun.RunAsync(
    options.Plan, options.Directory, line => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,6:F1} s  {line}")));
Console.WriteLine();
Console.Write(report.Text());
return report.Kept ? 0 : 1;
