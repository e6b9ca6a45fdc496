using System.Net;
using System.Net.Sockets;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>
/// Ports for the processes under test. They lie below the range from which systems take ports for outgoing connections,
/// so that a stopped process finds its port free when it starts again.
/// </summary>
internal static class FreePort
{
    private const int First = 14_000;
    private const int Last = 32_000;
    private static readonly HashSet<int> Taken = [];

    public static int Take()
    {
        lock (Taken)
        {
            while (true)
            {
                var port = Random.Shared.Next(First, Last);
                if (!Taken.Contains(port) && IsFree(port))
                {
                    Taken.Add(port);
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
