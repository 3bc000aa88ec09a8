using System.Diagnostics;
using System.Globalization;
using OrleansAi.Engine.Faults;

namespace OrleansAi.Silo.Testing;

/// <summary>
/// Kills the process with SIGKILL at a fault point: <c>OrleansAi:Testing:KillAt</c> names it, with <c>:n</c> for the n-th
/// time it is passed. For crash tests only.
/// </summary>
internal sealed class KillingFaultPoints : IFaultPoints
{
    private readonly string _point;
    private int _left;

    public KillingFaultPoints(string killAt)
    {
        var colon = killAt.IndexOf(':', StringComparison.Ordinal);
        _point = colon < 0 ? killAt : killAt[..colon];
        _left = colon < 0 ? 1 : int.Parse(killAt.AsSpan(colon + 1), CultureInfo.InvariantCulture);
    }

    public void Hit(string point)
    {
        if (point == _point && Interlocked.Decrement(ref _left) == 0)
        {
            Process.GetCurrentProcess().Kill();

            // The signal is on its way; nothing after this point may happen.
            using var never = new ManualResetEvent(initialState: false);
            never.WaitOne();
        }
    }
}
