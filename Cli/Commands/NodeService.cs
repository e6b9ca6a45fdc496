using System.Security;
using System.Text;

namespace Aurora.Cli.Commands;

/// <summary>The node agent as a service of an operating system: the files that make it one, and the commands that start it.</summary>
/// <param name="Files">Absolute paths with their text; those that may hold a token are for root alone.</param>
/// <param name="Commands">Programs with their arguments, to be run in order after the files are written.</param>
internal sealed record NodeService(IReadOnlyList<ServiceFile> Files, IReadOnlyList<string[]> Commands)
{
    /// <summary>What the commands run, where that is a script; for PowerShell as administrator.</summary>
    public string? Script { get; init; }

    private const string ExampleMesh = "ws://10.0.0.1:8001";

    /// <summary>
    /// The unit of <c>deploy/systemd</c>, with what is this node's in a file of settings: the environment that a unit itself states is shown to every
    /// user of the machine.
    /// </summary>
    /// <param name="mesh">The mesh as <c>ws://host:port</c> or <c>wss://host:port</c>.</param>
    /// <param name="program">The published agent.</param>
    public static NodeService Systemd(string mesh, string? token, string program) => new(
        [
            new("/etc/aurora/node-agent.join.env", $"MESH_COORDINATOR_URL={mesh}\n{(token is null ? "" : $"AURORA_JOIN_TOKEN={token}\n")}"),
            new("/etc/systemd/system/aurora-node-agent.service", Deployed(
                "aurora-node-agent.service",
                ("/opt/aurora/node-agent/Aurora.NodeAgent", program),
                ("EnvironmentFile=-/etc/aurora/node-agent.env", "EnvironmentFile=-/etc/aurora/node-agent.env\nEnvironmentFile=/etc/aurora/node-agent.join.env"))),
            // A service whose groups are missing does not start, and a machine without a GPU's driver may lack them.
            new("/etc/sysusers.d/aurora.conf", Deployed("aurora.sysusers.conf")),
        ],
        [["systemd-sysusers"], ["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", "aurora-node-agent"]]);

    /// <summary>The daemon of <c>deploy/launchd</c> for macOS.</summary>
    public static NodeService Launchd(string mesh, string? token, string program) => new(
        [
            new("/Library/LaunchDaemons/mesh.aurora.node-agent.plist", Deployed(
                "mesh.aurora.node-agent.plist",
                ("/usr/local/aurora/node-agent/Aurora.NodeAgent", SecurityElement.Escape(program)),
                (ExampleMesh, SecurityElement.Escape(mesh)),
                ("    <key>NODE_ROLE</key>", $"{(token is null ? "" : $"    <key>AURORA_JOIN_TOKEN</key>\n    <string>{SecurityElement.Escape(token)}</string>\n")}    <key>NODE_ROLE</key>"))),
        ],
        [["launchctl", "bootstrap", "system", "/Library/LaunchDaemons/mesh.aurora.node-agent.plist"]]);

    /// <summary>A service of Windows, made by the script that <c>deploy/windows</c> has.</summary>
    public static NodeService Windows(string mesh, string? token, string program)
    {
        var settings = $"MESH_COORDINATOR_URL = {Quoted(mesh)}; NODE_ROLE = 'compute'{(token is null ? "" : $"; AURORA_JOIN_TOKEN = {Quoted(token)}")}";
        var text = $"& {{\n{Deployed("Install-AuroraService.ps1")}}} NodeAgent @{{ {settings} }} -Program {Quoted(program)}\n";
        return new(
            [],
            [["powershell.exe", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-EncodedCommand", Convert.ToBase64String(Encoding.Unicode.GetBytes(text))]])
        {
            Script = text,
        };
    }

    /// <summary>A file of <c>deploy</c>, with parts of it replaced.</summary>
    private static string Deployed(string name, params ReadOnlySpan<(string Part, string By)> changes)
    {
        using var file = new StreamReader(typeof(NodeService).Assembly.GetManifestResourceStream(name)!);
        var text = file.ReadToEnd();
        foreach (var (part, by) in changes)
        {
            text = text.Replace(part, by, StringComparison.Ordinal);
        }

        return text;
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

/// <summary>One file of a service.</summary>
internal sealed record ServiceFile(string Path, string Text);
