using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Aurora.Chaos.Runner.Processes;

/// <summary>
/// A machine for each silo, as far as the network goes: a network namespace with an address of its own, all behind one bridge
/// whose own address is this machine's. Needs Linux, root, <c>ip</c> and <c>iptables</c>.
/// </summary>
internal sealed class SiloNetwork : IDisposable
{
    private const string Bridge = "aurora-chaos";
    private const string Subnet = "10.213.77";

    private readonly int silos;

    private SiloNetwork(int silos) => this.silos = silos;

    /// <summary>Where what runs on this machine itself is reached from the namespaces.</summary>
    public static string HostAddress => $"{Subnet}.1";

    /// <exception cref="InvalidOperationException">It cannot be made here.</exception>
    public static SiloNetwork Create(int silos)
    {
        var network = new SiloNetwork(silos);
        network.Remove();
        try
        {
            Run("ip", "link", "add", Bridge, "type", "bridge");
            Run("ip", "addr", "add", $"{HostAddress}/24", "dev", Bridge);
            Run("ip", "link", "set", Bridge, "up");
            for (var silo = 1; silo <= silos; silo++)
            {
                Run("ip", "netns", "add", NamespaceOf(silo));
                Run("ip", "link", "add", $"aurora-s{silo}", "type", "veth", "peer", "name", "eth0", "netns", NamespaceOf(silo));
                Run("ip", "link", "set", $"aurora-s{silo}", "master", Bridge, "up");
                RunIn(silo, "ip", "addr", "add", $"{AddressOf(silo)}/24", "dev", "eth0");
                RunIn(silo, "ip", "link", "set", "eth0", "up");
                RunIn(silo, "ip", "link", "set", "lo", "up");
            }

            return network;
        }
        catch
        {
            network.Remove();
            throw;
        }
    }

    public static string AddressOf(int silo) => $"{Subnet}.{10 + silo}";

    /// <summary>What comes before a command line so that it runs in the silo's namespace.</summary>
    public static string[] Enter(int silo) => ["ip", "netns", "exec", NamespaceOf(silo)];

    /// <summary>From now on nothing passes between the silo and the address, in either direction; nobody is told.</summary>
    /// <param name="port">Only what goes to or comes from this TCP port there; null for everything.</param>
    public static void Cut(int silo, string address, int? port = null)
    {
        foreach (var rule in RulesOf(address, port))
        {
            RunIn(silo, ["iptables", "-A", .. rule]);
        }
    }

    /// <summary>Ends every cut of the silo; returns how many packets were lost to them.</summary>
    public static long Heal(int silo)
    {
        var lost = RunIn(silo, "iptables", "-L", "-v", "-x", "-n").Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns is [_, _, "DROP", ..]).Sum(columns => long.Parse(columns[0], CultureInfo.InvariantCulture));
        RunIn(silo, "iptables", "-F");
        return lost;
    }

    public void Dispose() => Remove();

    private static string NamespaceOf(int silo) => $"aurora-chaos-{silo}";

    private static string[][] RulesOf(string address, int? port) => port is { } tcp
        ?
        [
            ["OUTPUT", "-d", address, "-p", "tcp", "--dport", $"{tcp}", "-j", "DROP"],
            ["INPUT", "-s", address, "-p", "tcp", "--sport", $"{tcp}", "-j", "DROP"],
        ]
        : [["OUTPUT", "-d", address, "-j", "DROP"], ["INPUT", "-s", address, "-j", "DROP"]];

    // What an earlier run left is in the way of this one; what is not there cannot be removed.
    private void Remove()
    {
        for (var silo = 1; silo <= silos; silo++)
        {
            Try("ip", "netns", "del", NamespaceOf(silo));
        }

        Try("ip", "link", "del", Bridge);
    }

    private static string RunIn(int silo, params string[] command) => Run("ip", ["netns", "exec", NamespaceOf(silo), .. command]);

    private static string Run(string program, params string[] arguments) => Try(program, arguments) is (0, var output)
        ? output
        : throw new InvalidOperationException($"Networks of silos need Linux, root, ip and iptables: \"{program} {string.Join(' ', arguments)}\" failed.");

    private static (int ExitCode, string Output) Try(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (Win32Exception)
        {
            return (-1, "");
        }
    }
}
