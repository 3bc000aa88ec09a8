using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace OrleansAi.Testing;

/// <summary>
/// Ports that nobody uses. They are below those that the system gives to outgoing connections, of which tests open tens of
/// thousands: a port from up there could be taken between finding it and listening on it, or while its process restarts.
/// </summary>
public static class Ports
{
    private const int First = 10_000;
    private static readonly int End = Math.Max(First + 2_000, FirstOutgoing());
    private static readonly HashSet<int> Given = [];

    /// <summary>So many different free ports; none is given twice.</summary>
    public static int[] Free(int count) => [.. Enumerable.Range(0, count).Select(static _ => Next())];

    /// <summary>Whether somebody listens on a port of this machine.</summary>
    public static async Task<bool> IsListeningAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int Next()
    {
        lock (Given)
        {
            while (true)
            {
                // At random, because other test runs of this machine look for ports, too.
                var port = RandomNumberGenerator.GetInt32(First, End);
                if (!Given.Contains(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = true };
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FirstOutgoing()
    {
        const string range = "/proc/sys/net/ipv4/ip_local_port_range";
        return File.Exists(range) ? int.Parse(File.ReadAllText(range).Split('\t')[0], CultureInfo.InvariantCulture) : 32_768;
    }
}
