namespace Aurora.Silo;

/// <summary>Reads <c>AURORA_WAKE_HOOK</c> and <c>AURORA_RELEASE_HOOK</c>: paths of programs, without arguments.</summary>
internal static class HookSettings
{
    /// <summary>The full path; null where none is named.</summary>
    /// <exception cref="SettingsException">There is no such program.</exception>
    public static string? Program(IConfiguration configuration, string name) => configuration[name] switch
    {
        null or "" => null,
        var path when File.Exists(path) => Path.GetFullPath(path),
        var path => throw new SettingsException($"{name} is \"{path}\"; it must be the path of a program, without arguments."),
    };
}
