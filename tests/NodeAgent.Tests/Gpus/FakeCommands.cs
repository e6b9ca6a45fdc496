using Aurora.GpuProbes.Commands;

namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>Answers the command lines that it is given; every other tool is not installed.</summary>
internal sealed class FakeCommands : ICommandRunner
{
    private readonly Dictionary<string, string> _answers = [];

    public List<string> Ran { get; } = [];

    /// <summary>Command lines that start like this print this text; the longest start wins.</summary>
    public FakeCommands Answer(string commandLine, string output)
    {
        _answers[commandLine] = output;
        return this;
    }

    public Task<CommandResult> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var line = string.Join(' ', [tool, .. arguments]);
        Ran.Add(line);
        var start = _answers.Keys.Where(key => line.StartsWith(key, StringComparison.Ordinal)).MaxBy(key => key.Length);
        return Task.FromResult(start is null ? CommandResult.Failed($"{tool} is not installed") : CommandResult.Succeeded(_answers[start]));
    }
}
