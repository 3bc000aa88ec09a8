using OrleansAi.Client;
using OrleansAi.Contracts.Vendors;

namespace OrleansAi.Http.Access;

/// <summary>
/// What silos tell of their vendors is about all tenants; the runs that they give as examples are not. A caller sees those
/// of its own tenant alone (invariant 13).
/// </summary>
internal static class OwnRuns
{
    private const int MostLookUps = 200;

    public static async Task<IReadOnlyList<SiloVendorReport>> OnlyAsync(
        OrleansAiClient client, IReadOnlyList<SiloVendorReport> reports)
    {
        var named = reports
            .SelectMany(static report => report.Alerts.SelectMany(static alert => alert.Runs)
                .Concat(report.Vendors.SelectMany(static vendor => vendor.FirstSeen).SelectMany(static finding => finding.Runs)))
            .Distinct()
            .Take(MostLookUps);
        var found = await Task.WhenAll(named.Select(async run => (Run: run, Owner: await client.FindConversationAsync(run))));
        var own = found.Where(static one => one.Owner is not null).Select(static one => one.Run).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. reports.Select(report => report with
            {
                Alerts = [.. report.Alerts.Select(alert => alert with { Runs = [.. alert.Runs.Where(own.Contains)] })],
                Vendors =
                [
                    .. report.Vendors.Select(vendor => vendor with
                    {
                        FirstSeen =
                        [
                            .. vendor.FirstSeen.Select(finding => finding with { Runs = [.. finding.Runs.Where(own.Contains)] }),
                        ],
                    }),
                ],
            }),
        ];
    }
}
