using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Runners;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>What a task starts: a program with arguments, never a line for a shell.</summary>
/// <param name="Program">An absolute path; the plain name of an interpreter where the runner brings its own programs.</param>
/// <param name="SourceText">Text that becomes a file of the work directory, which is then the first argument.</param>
internal sealed record ScriptCommand(string Program, IReadOnlyList<string> Arguments, string? SourceText = null)
{
    /// <summary>Finds what the task names. False, with a reason for a person, where it names nothing that may run here.</summary>
    public static bool TryFind(
        TaskInput input, ScriptOptions options, IScriptRunner runner, [NotNullWhen(true)] out ScriptCommand? command, [NotNullWhen(false)] out string? refusal)
    {
        command = null;
        if (!TryReadArguments(input, out var arguments, out refusal))
        {
            return false;
        }

        if (input.FindText("script_source") is { } source)
        {
            return TryUseSource(source, input.FindText("interpreter"), arguments, options, runner, out command, out refusal);
        }

        if (input.FindText("script") is { Length: > 0 } name)
        {
            return TryUseFile(name, arguments, options, runner, out command, out refusal);
        }

        refusal = "`script` must name a file in the scripts directory of the node";
        return false;
    }

    private static bool TryUseFile(
        string name, IReadOnlyList<string> arguments, ScriptOptions options, IScriptRunner runner, out ScriptCommand? command, [NotNullWhen(false)] out string? refusal)
    {
        command = null;
        if (ResolveFile(name, options.ScriptsDirectory) is not { } path)
        {
            refusal = "`script` does not name a file inside the scripts directory of the node";
            return false;
        }

        if (Interpreter.ForExtension(Path.GetExtension(path)) is not { } interpreter)
        {
            refusal = "`script` must end in .py, .sh or .js, or be executable";
            command = IsExecutable(path) ? new ScriptCommand(path, arguments) : null;
            return command is not null;
        }

        return TryInterpret(interpreter, [path, .. arguments], null, options, runner, out command, out refusal);
    }

    private static bool TryUseSource(
        string source, string? interpreter, IReadOnlyList<string> arguments, ScriptOptions options, IScriptRunner runner, out ScriptCommand? command, [NotNullWhen(false)] out string? refusal)
    {
        command = null;
        if (options.Policy != ScriptPolicy.Any)
        {
            refusal = "`script_source` is not allowed on this node (AURORA_ALLOW_SCRIPTS is not any)";
            return false;
        }

        if (interpreter is not ("python3" or "bash"))
        {
            refusal = "`interpreter` must be python3 or bash";
            return false;
        }

        return TryInterpret(interpreter, arguments, source, options, runner, out command, out refusal);
    }

    private static bool TryInterpret(
        string interpreter, IReadOnlyList<string> arguments, string? source, ScriptOptions options, IScriptRunner runner, out ScriptCommand? command, [NotNullWhen(false)] out string? refusal)
    {
        var program = runner.BringsPrograms ? interpreter : Interpreter.Find(interpreter, options.SearchPath);
        command = program is null ? null : new ScriptCommand(program, arguments, source);
        refusal = $"{interpreter} is not on the PATH of this node";
        return command is not null;
    }

    // What the name says is checked before the disk is asked, and where its links lead after.
    private static string? ResolveFile(string name, string directory)
    {
        var parts = name.Split('/', '\\');
        if (Path.IsPathRooted(name) || name.Contains('\0', StringComparison.Ordinal) || parts.Any(part => part is "" or "." or ".."))
        {
            return null;
        }

        return RealPath.Of(directory) is { } root
            && RealPath.Of(Path.Combine([root, .. parts])) is { } path
            && RealPath.IsInside(path, root)
            && File.Exists(path)
                ? path
                : null;
    }

    private static bool TryReadArguments(TaskInput input, out IReadOnlyList<string> arguments, [NotNullWhen(false)] out string? refusal)
    {
        refusal = null;
        arguments = [];
        if (input.Find("args") is not { } node)
        {
            return true;
        }

        var texts = (node as JsonArray)?.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : null).ToList();
        if (texts is null || texts.Any(text => text is null || text.Contains('\0', StringComparison.Ordinal)))
        {
            refusal = "`args` must be a list of strings";
            return false;
        }

        arguments = texts!;
        return true;
    }

    private static bool IsExecutable(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
