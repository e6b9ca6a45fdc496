using Aurora.Chaos.Checker;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Checker.Reporting;

if (args is not [var directory])
{
    Console.Error.WriteLine("usage: dotnet run --project chaos/Checker -- RUN_DIRECTORY");
    return 64;
}

try
{
    var verdict = RunChecker.Check(RunFiles.Read(directory));
    Console.Write(VerdictText.Of(verdict));
    return verdict.Outcome == RunOutcome.Passed ? 0 : 1;
}
catch (FormatException e)
{
    Console.Error.WriteLine(e.Message);
    return 65;
}
