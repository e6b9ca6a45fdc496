using System.Reflection;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora version</c>: this program's; <c>aurora doctor</c> compares it with the mesh's.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "The version of this program. No mesh is asked.");
        command.SetLocalAction(async (parsed, _) =>
        {
            await Console.Out.WriteLineAsync(parsed.IsJson() ? $$"""{"version":"{{ProgramVersion.Text}}"}""" : $"aurora {ProgramVersion.Text}");
            return ExitCode.Ok;
        });
        return command;
    }
}

/// <summary>The version that this program was built as.</summary>
internal static class ProgramVersion
{
    public static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
