using System.Runtime.CompilerServices;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora doctor</c></summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Finds out what is wrong between this terminal and a task's result.");
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var exitCode = ExitCode.Ok;
            var findings = new List<DoctorFinding>();
            await foreach (var (finding, code) in LookAsync(parsed, mesh, cancellationToken))
            {
                findings.Add(finding);
                exitCode = exitCode == ExitCode.Ok ? code : exitCode;
            }

            if (parsed.IsJson())
            {
                Json.Print(findings, Json.Default.IReadOnlyListDoctorFinding);
                return exitCode;
            }

            foreach (var finding in findings)
            {
                await Console.Out.WriteLineAsync($"{(finding.Well ? "ok  " : "FAIL")}  {finding.Check}: {finding.Finding}{(finding.Remedy is { } remedy ? $" {remedy}" : "")}");
            }

            return exitCode;
        });
        return command;
    }

    /// <summary>One check after the other, up to the first that the next ones need.</summary>
    private static async IAsyncEnumerable<(DoctorFinding Finding, int ExitCode)> LookAsync(
        ParseResult parsed, AuroraHttpMesh mesh, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var seen in MachineDoctor.LookAsync(cancellationToken))
        {
            yield return seen;
        }

        var (identity, unreachable) = await TryAsync("address", () => mesh.GetIdentityAsync(cancellationToken));
        if (identity is null)
        {
            yield return unreachable!.Value;
            yield break;
        }

        yield return Well("address", $"{identity.Service} answers as {identity.Coordinator}.");
        yield return SameVersion(identity.Version)
            ? Well("version", $"both are {ProgramVersion.Text}.")
            : Sick("version", $"the mesh is {identity.Version}, this program {ProgramVersion.Text}.", "Install the program of the mesh's version.");

        var (status, denied) = await TryAsync("key", () => mesh.GetStatusAsync(cancellationToken));
        if (status is null)
        {
            yield return denied!.Value;
            yield break;
        }

        yield return Well("key", "the mesh shows its state.");
        await foreach (var seen in WayDoctor.LookAsync(parsed.Addresses()[0], parsed.JoinToken(), cancellationToken))
        {
            yield return seen;
        }

        yield return status.TotalNodes > 0
            ? Well("nodes", $"{status.TotalNodes} active with {status.TotalGpus} GPUs.")
            : Sick("nodes", "none is active, so nothing runs.", "See: aurora join");
        yield return status.QueuedTasks == 0 || status.ActiveTasks > 0
            ? Well("queue", $"{status.QueuedTasks} tasks wait, {status.ActiveTasks} hold a place.")
            : Sick("queue", $"{status.QueuedTasks} tasks wait and none runs.", "See: aurora tasks explain");
    }

    public static (DoctorFinding, int) Well(string check, string finding) => (new DoctorFinding(check, true, finding, null), ExitCode.Ok);

    public static (DoctorFinding, int) Sick(string check, string finding, string remedy) => (new DoctorFinding(check, false, finding, remedy), ExitCode.Failure);

    // Before 1.0 a minor version may change what is said between them.
    private static bool SameVersion(string? version) =>
        version?.Split('.') is [var major, var minor, ..] && ProgramVersion.Text.Split('.') is [var ourMajor, var ourMinor, ..] && (major, minor) == (ourMajor, ourMinor);

    private static async Task<(T? Answer, (DoctorFinding, int)? Failure)> TryAsync<T>(string check, Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return (await ask(), null);
        }
        catch (AuroraMeshException failure)
        {
            var (line, exitCode) = MeshAction.Explain(failure)!.Value;
            var isOtherProgram = failure.GetType() == typeof(AuroraMeshException);

            // An address that answered, and cannot serve: it is not the key that is wrong.
            var what = failure is MeshUnreachableException && check == "key" ? "mesh" : check;
            return (null, (new DoctorFinding(what, false, line, isOtherProgram ? "Name the mesh with --server or AURORA_SERVER." : null), exitCode));
        }
    }
}
