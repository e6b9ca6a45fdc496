using System.ComponentModel;
using System.Diagnostics;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora join</c></summary>
internal static class JoinCommand
{
    public static Command Create()
    {
        var token = new Option<string?>("--token") { Description = "The join token, for a mesh that has keys. [AURORA_JOIN_TOKEN]" };
        var service = new Option<string?>("--service") { Description = "Print the service in the place of the line: systemd, launchd or windows." };
        service.AcceptOnlyFromAmong("systemd", "launchd", "windows");
        var systemd = new Option<bool>("--systemd") { Description = "The same as --service systemd." };
        var install = new Option<bool>("--install") { Description = "Install the service on this machine and start it; as root or administrator." };
        var program = new Option<string?>("--program") { Description = "The published agent: dotnet publish NodeAgent -c Release -o FOLDER" };
        var root = new Option<string?>("--root") { Description = "With --install: write under this folder, as for an image, and start nothing." };
        var command = new Command("join", "Prints or installs what makes a machine a node of this mesh.") { token, service, systemd, install, program, root };
        command.SetLocalAction(async (parsed, cancellationToken) =>
        {
            var address = parsed.Addresses()[0];
            var mesh = $"{(address.Scheme == "https" ? "wss" : "ws")}://{address.Authority}";
            var secret = parsed.GetValue(token) ?? Environment.GetEnvironmentVariable("AURORA_JOIN_TOKEN");
            if (secret?.Any(character => character is < '!' or > '~' or '"' or '%') == true)
            {
                throw new UsageException("--token must be a secret of the mesh as it was shown: letters, digits and _.");
            }

            var kind = parsed.GetValue(service) ?? (parsed.GetValue(systemd) ? "systemd" : parsed.GetValue(install) ? ThisMachines() : null);
            if (kind is null)
            {
                await Console.Out.WriteLineAsync($"MESH_COORDINATOR_URL={mesh}{(secret is null ? "" : $" AURORA_JOIN_TOKEN={secret}")} dotnet run --project NodeAgent");
            }
            else
            {
                var path = parsed.GetValue(program) ?? DefaultProgram(kind);
                var made = kind switch
                {
                    "systemd" => NodeService.Systemd(mesh, secret, path),
                    "launchd" => NodeService.Launchd(mesh, secret, path),
                    _ => NodeService.Windows(mesh, secret, path),
                };
                if (parsed.GetValue(install))
                {
                    return await InstallAsync(made, path, parsed.GetValue(root), cancellationToken);
                }

                await PrintAsync(made);
            }

            if (address.IsLoopback)
            {
                await Console.Error.WriteLineAsync($"aurora: {mesh} is this machine only; name the mesh with --server as other machines reach it.");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task PrintAsync(NodeService service)
    {
        if (service.Script is { } script)
        {
            await Console.Error.WriteLineAsync("# In PowerShell, as administrator:");
            await Console.Out.WriteAsync(script);
            return;
        }

        foreach (var file in service.Files)
        {
            await Console.Error.WriteLineAsync($"# {file.Path}, mode 0600 where it has a token; then:");
            await Console.Out.WriteAsync(file.Text);
        }

        foreach (var command in service.Commands)
        {
            await Console.Error.WriteLineAsync($"# {string.Join(' ', command)}");
        }
    }

    private static async Task<int> InstallAsync(NodeService service, string program, string? root, CancellationToken cancellationToken)
    {
        if (!File.Exists(Under(root, program)))
        {
            throw new UsageException($"{Under(root, program)} is missing: dotnet publish NodeAgent -c Release -o {Path.GetDirectoryName(program)}, or name it with --program.");
        }

        foreach (var file in service.Files)
        {
            var path = Under(root, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                await WriteForRootAsync(path, file.Text, cancellationToken);
            }
            catch (UnauthorizedAccessException)
            {
                throw new UsageException($"{path} cannot be written: run this as root (sudo).");
            }

            await Console.Error.WriteLineAsync($"wrote {path}");
        }

        if (root is not null)
        {
            return ExitCode.Ok;
        }

        foreach (var command in service.Commands)
        {
            await Console.Error.WriteLineAsync(service.Script is null ? string.Join(' ', command) : "Install-AuroraService.ps1 NodeAgent");
            if (await RunAsync(command, cancellationToken) is not 0 and var exitCode)
            {
                await Console.Error.WriteLineAsync($"aurora: {command[0]} ended with exit code {exitCode}; the node service is not running{(service.Script is null ? "" : " (this wants an administrator)")}.");
                return ExitCode.Failure;
            }
        }

        return ExitCode.Ok;
    }

    /// <summary>A token in it is for nobody else, not even between two system calls.</summary>
    private static async Task WriteForRootAsync(string path, string text, CancellationToken cancellationToken)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(text.AsMemory(), cancellationToken);
    }

    private static async Task<int> RunAsync(string[] command, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false })!;
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode;
        }
        catch (Win32Exception failure)
        {
            throw new UsageException($"{command[0]} cannot be run here ({failure.Message}); print the service with --service instead.");
        }
    }

    private static string ThisMachines() => OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "launchd" : "systemd";

    private static string DefaultProgram(string kind) => kind switch
    {
        "systemd" => "/opt/aurora/node-agent/Aurora.NodeAgent",
        "launchd" => "/usr/local/aurora/node-agent/Aurora.NodeAgent",
        _ => @"C:\Program Files\Aurora\NodeAgent\Aurora.NodeAgent.exe",
    };

    private static string Under(string? root, string path) => root is null ? path : Path.Join(Path.GetFullPath(root), path);
}
