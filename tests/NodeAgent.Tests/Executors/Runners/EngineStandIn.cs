using System.Runtime.Versioning;

namespace Aurora.NodeAgent.Tests.Executors.Runners;

/// <summary>
/// A program in the place of docker or podman: it notes how it was called, runs the entrypoint as a process of its own, and signals
/// that when it is told to. It isolates nothing.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class EngineStandIn
{
    private const string Program = """
        #!/bin/bash
        printf '%s\n' "$@" >"$0.$1.tmp" && mv "$0.$1.tmp" "$0.$1"
        case "$1" in
          version) [ ! -e "$0.is-down" ] || { echo 'Cannot connect to the daemon' >&2; exit 1; }; echo 1.0 ;;
          run)
            env >"$0.environment"
            while [ "$1" != --entrypoint ]; do [ "$1" != --env-file ] || file=$2; [ "$1" != --workdir ] || cd "$2"; shift; done
            program=$2; shift 3
            mapfile -t variables <"$file"
            setsid env -i "PATH=$PATH" "${variables[@]}" "$program" "$@" &
            echo $! >"$0.pid"
            wait $! ;;
          kill) kill -TERM "$(cat "$0.pid")" ;;
          rm) kill -KILL "$(cat "$0.pid")" ;;
        esac
        """;

    /// <param name="name">docker or podman.</param>
    public EngineStandIn(ScriptNode node, string name)
    {
        Path = node.Write("engine/" + name, Program);
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    /// <summary>Whether its server does not answer.</summary>
    public bool IsDown
    {
        set
        {
            if (value)
            {
                File.WriteAllText(Path + ".is-down", "");
            }
            else
            {
                File.Delete(Path + ".is-down");
            }
        }
    }

    /// <summary>The environment of the client itself.</summary>
    public string ClientEnvironment => File.ReadAllText(Path + ".environment");

    /// <summary>The arguments of the last call of this kind; none without one.</summary>
    public string[] Call(string command) => File.Exists($"{Path}.{command}") ? File.ReadAllLines($"{Path}.{command}") : [];
}
