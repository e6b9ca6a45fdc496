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

    /// <param name="mesh">The mesh as <c>ws://host:port</c> or <c>wss://host:port</c>.</param>
    /// <param name="program">The published agent.</param>
    public static NodeService Systemd(string mesh, string? token, string program) => new(
        [
            new("/etc/systemd/system/aurora-node-agent.service", $"""
                [Unit]
                Description=Aurora GPU Mesh node agent
                After=network-online.target
                Wants=network-online.target

                [Service]
                Type=exec
                ExecStart={program}
                Environment=MESH_COORDINATOR_URL={mesh}
                Environment=AURORA_DATA_DIR=/var/lib/aurora-node
                {(token is null ? "" : $"Environment=AURORA_JOIN_TOKEN={token}\n")}DynamicUser=yes
                SupplementaryGroups=video render
                StateDirectory=aurora-node
                Restart=always
                RestartSec=5
                RestartPreventExitStatus=78
                TimeoutStopSec=45
                KillMode=mixed
                NoNewPrivileges=yes
                ProtectSystem=strict
                ProtectHome=yes
                PrivateTmp=yes

                [Install]
                WantedBy=multi-user.target

                """),
            // A service whose groups are missing does not start, and a machine without a GPU's driver may lack them.
            new("/etc/sysusers.d/aurora.conf", "g video -\ng render -\n"),
        ],
        [["systemd-sysusers"], ["systemctl", "daemon-reload"], ["systemctl", "enable", "--now", "aurora-node-agent"]]);

    /// <summary>A daemon of macOS.</summary>
    public static NodeService Launchd(string mesh, string? token, string program) => new(
        [
            new("/Library/LaunchDaemons/mesh.aurora.node-agent.plist", $"""
                <?xml version="1.0" encoding="UTF-8"?>
                <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
                <plist version="1.0">
                <dict>
                  <key>Label</key>
                  <string>mesh.aurora.node-agent</string>
                  <key>ProgramArguments</key>
                  <array>
                    <string>{SecurityElement.Escape(program)}</string>
                  </array>
                  <key>EnvironmentVariables</key>
                  <dict>
                    <key>MESH_COORDINATOR_URL</key>
                    <string>{SecurityElement.Escape(mesh)}</string>
                    <key>AURORA_JOIN_TOKEN</key>
                    <string>{SecurityElement.Escape(token ?? "")}</string>
                    <key>AURORA_DATA_DIR</key>
                    <string>/usr/local/var/aurora-node</string>
                  </dict>
                  <key>RunAtLoad</key>
                  <true/>
                  <key>KeepAlive</key>
                  <true/>
                  <key>ThrottleInterval</key>
                  <integer>10</integer>
                </dict>
                </plist>

                """),
        ],
        [["launchctl", "bootstrap", "system", "/Library/LaunchDaemons/mesh.aurora.node-agent.plist"]]);

    /// <summary>A service of Windows, made by the script that <c>deploy/windows</c> has.</summary>
    public static NodeService Windows(string mesh, string? token, string program)
    {
        using var script = new StreamReader(typeof(NodeService).Assembly.GetManifestResourceStream("Install-AuroraService.ps1")!);
        var settings = $"MESH_COORDINATOR_URL = {Quoted(mesh)}; NODE_ROLE = 'compute'{(token is null ? "" : $"; AURORA_JOIN_TOKEN = {Quoted(token)}")}";
        var text = $"& {{\n{script.ReadToEnd()}}} NodeAgent @{{ {settings} }} -Program {Quoted(program)}\n";
        return new(
            [],
            [["powershell.exe", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-EncodedCommand", Convert.ToBase64String(Encoding.Unicode.GetBytes(text))]])
        {
            Script = text,
        };
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}

/// <summary>One file of a service.</summary>
internal sealed record ServiceFile(string Path, string Text);
