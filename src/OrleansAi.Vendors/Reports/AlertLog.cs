using System.Security.Cryptography;
using System.Text;
using OrleansAi.Contracts.Vendors;

namespace OrleansAi.Vendors.Reports;

/// <summary>
/// The alerts of this silo: one that lasts keeps its id and its time, one that is over is kept for a day. Bounded; the
/// oldest that are over go first.
/// </summary>
internal sealed class AlertLog(TimeProvider time)
{
    private const int Most = 500;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);

    /// <summary>Takes in what is wrong now and returns everything that is known.</summary>
    public IReadOnlyList<Alert> Update(IEnumerable<Alert> present)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var alert in present)
            {
                seen.Add(alert.Id);
                _alerts[alert.Id] = alert with { RaisedAt = _alerts.GetValueOrDefault(alert.Id)?.RaisedAt ?? alert.RaisedAt };
            }

            foreach (var (id, alert) in _alerts)
            {
                if (!seen.Contains(id) && alert.EndedAt is null)
                {
                    _alerts[id] = alert with { EndedAt = now.ToUnixTimeMilliseconds() };
                }
            }

            var oldest = (now - Kept).ToUnixTimeMilliseconds();
            foreach (var over in _alerts.Values.Where(static alert => alert.EndedAt is not null)
                .OrderBy(static alert => alert.EndedAt)
                .TakeWhile((alert, i) => alert.EndedAt < oldest || i < _alerts.Count - Most)
                .ToList())
            {
                _alerts.Remove(over.Id);
            }

            return [.. _alerts.Values];
        }
    }

    /// <summary>The id of an alert: the same for the same trouble since the same time.</summary>
    public static string Id(string kind, string vendor, string model, string? signal, long since)
    {
        var text = string.Join('\n', kind, vendor, model, signal, since.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return "alert_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..24];
    }
}
