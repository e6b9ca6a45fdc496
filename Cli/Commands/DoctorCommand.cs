using System.Reflection;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora doctor</c></summary>
internal static class DoctorCommand
{
    private static readonly string Version =
        typeof(DoctorCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public static Command Create()
    {
        var command = new Command("doctor", "Finds out what is wrong between this terminal and a task's result.");
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var exitCode = ExitCode.Ok;
            var findings = new List<DoctorFinding>();
            await foreach (var (finding, code) in LookAsync(mesh, cancellationToken))
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
        AuroraHttpMesh mesh, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (identity, unreachable) = await TryAsync("address", () => mesh.GetIdentityAsync(cancellationToken));
        if (identity is null)
        {
            yield return unreachable!.Value;
            yield break;
        }

        yield return Well("address", $"{identity.Service} answers as {identity.Coordinator}.");
        yield return SameVersion(identity.Version)
            ? Well("version", $"both are {Version}.")
            : (new DoctorFinding("version", false, $"the mesh is {identity.Version}, this program {Version}.", "Install the program of the mesh's version."), ExitCode.Failure);

        var (status, denied) = await TryAsync("key", () => mesh.GetStatusAsync(cancellationToken));
        if (status is null)
        {
            yield return denied!.Value;
            yield break;
        }

        yield return Well("key", "the mesh shows its state.");
        yield return status.TotalNodes > 0
            ? Well("nodes", $"{status.TotalNodes} active with {status.TotalGpus} GPUs.")
            : (new DoctorFinding("nodes", false, "none is active, so nothing runs.", "See: aurora join"), ExitCode.Failure);
        yield return status.QueuedTasks == 0 || status.ActiveTasks > 0
            ? Well("queue", $"{status.QueuedTasks} tasks wait, {status.ActiveTasks} hold a place.")
            : (new DoctorFinding("queue", false, $"{status.QueuedTasks} tasks wait and none runs.", "See: aurora tasks explain"), ExitCode.Failure);
    }

    private static (DoctorFinding, int) Well(string check, string finding) => (new DoctorFinding(check, true, finding, null), ExitCode.Ok);

    // Before 1.0 a minor version may change what is said between them.
    private static bool SameVersion(string? version) =>
        version?.Split('.') is [var major, var minor, ..] && Version.Split('.') is [var ourMajor, var ourMinor, ..] && (major, minor) == (ourMajor, ourMinor);

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
            return (null, (new DoctorFinding(check, false, line, null), exitCode));
        }
    }
}
