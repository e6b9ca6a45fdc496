using Aurora.NodeAgent.Executors.Scripts.Supervision;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>Process ids come back; an agent that returns must not take another process for the supervisor that it had.</summary>
public sealed class SupervisorIdentityTests : IDisposable
{
    private readonly TemporaryDirectory data = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public void Another_process_with_the_id_of_a_supervisor_is_not_taken_for_it()
    {
        var here = ProcessIdentity.Of(Environment.ProcessId)!;
        var run = new RunDirectory(data.Path);

        Assert.Null(Found(here with { StartTime = here.StartTime - 1 }));
        Assert.Null(Found(here with { BootId = "an earlier boot" }));
        Assert.NotNull(Found(here));

        SupervisorProcess? Found(ProcessIdentity noted)
        {
            run.WriteIdentity(noted);
            return SupervisorProcess.Find(run);
        }
    }
}
