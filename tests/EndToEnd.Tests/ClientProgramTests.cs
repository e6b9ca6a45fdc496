using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>The two documented client programs, run by the real interpreters.</summary>
public sealed class ClientProgramTests(FirstStepsTests.OneMachine machine) : IClassFixture<FirstStepsTests.OneMachine>
{
    [Fact]
    public Task The_Python_program_prints_its_result() => PrintsItsResultAsync("python3", "client.py", "hello from Python");

    [Fact]
    public Task The_JavaScript_program_prints_its_result() => PrintsItsResultAsync("node", "client.mjs", "hello from JavaScript");

    private async Task PrintsItsResultAsync(string interpreter, string program, string greeting)
    {
        await using var client = ChildProcess.Start(
            interpreter, [Path.Combine(AppContext.BaseDirectory, "Clients", program), machine.Mesh!.Url.AbsoluteUri], new Dictionary<string, string?>());

        var exitCode = await client.WaitForExitAsync($"{program} ends");

        Assert.True(exitCode == 0, $"{program} ended with {exitCode}\n{client.Tail}\n{machine.Mesh.Tail}");
        Assert.Contains("completed", client.Output, StringComparison.Ordinal);
        Assert.Contains(greeting, client.Output, StringComparison.Ordinal);
    }
}
