namespace Aurora.Cli.Commands;

/// <summary><c>aurora join</c></summary>
internal static class JoinCommand
{
    public static Command Create()
    {
        var token = new Option<string?>("--token") { Description = "The join token, for a mesh that has keys. [AURORA_JOIN_TOKEN]" };
        var systemd = new Option<bool>("--systemd") { Description = "Print a systemd unit instead of the line." };
        var command = new Command("join", "Prints what makes a machine a node of this mesh.") { token, systemd };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                var address = parsed.Addresses()[0];
                var mesh = $"{(address.Scheme == "https" ? "wss" : "ws")}://{address.Authority}";
                var secret = parsed.GetValue(token) ?? Environment.GetEnvironmentVariable("AURORA_JOIN_TOKEN");
                await Console.Out.WriteAsync(parsed.GetValue(systemd) ? Unit(mesh, secret) : Line(mesh, secret));
                if (address.IsLoopback)
                {
                    await Console.Error.WriteLineAsync($"aurora: {mesh} is this machine only; name the mesh with --server as other machines reach it.");
                }

                return ExitCode.Ok;
            }
            catch (UsageException failure)
            {
                await Console.Error.WriteLineAsync($"aurora: {failure.Message}");
                return ExitCode.Usage;
            }
        });
        return command;
    }

    private static string Line(string mesh, string? token) =>
        $"MESH_COORDINATOR_URL={mesh}{(token is null ? "" : $" AURORA_JOIN_TOKEN={token}")} dotnet run --project NodeAgent{Environment.NewLine}";

    private static string Unit(string mesh, string? token) =>
        $"""
        # /etc/systemd/system/aurora-node-agent.service, mode 0600 where it has a token
        [Unit]
        Description=Aurora GPU Mesh node agent
        After=network-online.target
        Wants=network-online.target

        [Service]
        Type=exec
        ExecStart=/opt/aurora/node-agent/Aurora.NodeAgent
        Environment=MESH_COORDINATOR_URL={mesh}
        Environment=AURORA_DATA_DIR=/var/lib/aurora-node
        {(token is null ? "" : $"Environment=AURORA_JOIN_TOKEN={token}{Environment.NewLine}")}DynamicUser=yes
        SupplementaryGroups=video render
        StateDirectory=aurora-node
        Restart=always
        RestartSec=5
        RestartPreventExitStatus=78
        KillMode=mixed

        [Install]
        WantedBy=multi-user.target

        """;
}
