using Aurora.Grains.Hooks;

namespace Aurora.Grains.Tests;

/// <summary>The operator's programs, with programs that every machine has.</summary>
public sealed class NodeProgramTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("aurora-hooks-").FullName;

    [Fact]
    public async Task Arguments_reach_the_program_as_they_are_and_no_shell_reads_them()
    {
        var (node, address) = (Path.Combine(directory, "a; touch b $(id) 'c'"), Path.Combine(directory, "d && e"));

        Assert.Null(await Programs("/bin/mkdir").WakeAsync(node, address));

        Assert.Equal(new[] { address, node }.Order(StringComparer.Ordinal), Directory.GetFileSystemEntries(directory).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_program_that_fails_says_why()
    {
        var missing = Path.Combine(directory, "missing", "child");

        var failure = await Programs("/bin/mkdir").ReleaseAsync(missing);

        Assert.StartsWith("/bin/mkdir ended with 1: ", failure, StringComparison.Ordinal);
        Assert.Contains(missing, failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_does_not_end_is_ended() =>
        Assert.Equal(
            "/bin/sleep did not end within 0.2 s",
            await Programs("/bin/sleep", TimeSpan.FromSeconds(0.2)).WakeAsync("3600", "3600"));

    [Fact]
    public async Task A_program_that_is_not_there_or_not_configured_is_an_outcome()
    {
        Assert.Contains("cannot be run", await Programs(Path.Combine(directory, "nothing")).ReleaseAsync("node"), StringComparison.Ordinal);

        var none = new NodePrograms(Microsoft.Extensions.Options.Options.Create(new NodeHookOptions()));
        Assert.False(none.CanWake || none.CanRelease);
        Assert.NotNull(await none.WakeAsync("node", "address"));
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private static NodePrograms Programs(string path, TimeSpan? patience = null) =>
        new(Microsoft.Extensions.Options.Options.Create(new NodeHookOptions { Wake = path, Release = path, Patience = patience ?? TimeSpan.FromMinutes(5) }));
}
