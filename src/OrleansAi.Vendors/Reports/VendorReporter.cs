using System.Globalization;
using System.Text.Json;
using OrleansAi.Contracts.Vendors;
using OrleansAi.Vendors.Drift;
using OrleansAi.Vendors.Embeddings;
using OrleansAi.Vendors.Judging;
using OrleansAi.Vendors.Pipeline;
using OrleansAi.Vendors.Routing;
using OrleansAi.Vendors.WireContracts;

namespace OrleansAi.Vendors.Reports;

/// <summary>Says how the vendors of this silo do, why, since when, and what to do about it.</summary>
public sealed class VendorReporter(VendorCatalog catalog, EmbeddingCatalog embeddings, TimeProvider time)
{
    private const int MostFindings = 20;

    private readonly AlertLog _alerts = new(time);

    /// <summary>The report of every configured candidate and of every model that was called.</summary>
    public IReadOnlyList<VendorReport> Report() =>
    [
        .. catalog.Known().Select(known => Report(
            known.Candidate, known.Options, known.Invoker, catalog.RoutesTo(known.Candidate), catalog.Standings)),
        .. embeddings.Known().Select(known => Report(
            known.Candidate, known.Options, known.Invoker, embeddings.RoutesTo(known.Candidate), embeddings.Standings) with
        {
            Operation = VendorReport.Embeddings,
        }),
    ];

    /// <summary>What is wrong now, and what was wrong within a day.</summary>
    /// <param name="reports">What <see cref="Report()"/> gave.</param>
    /// <param name="silo">The name of this silo.</param>
    public IReadOnlyList<Alert> Alerts(IReadOnlyList<VendorReport> reports, string silo) => _alerts.Update(
        reports.Where(static report => report.State is VendorState.Failing or VendorState.Open && report.Since is not null)
            .Select(report => new Alert
            {
                Id = AlertLog.Id("vendor_down", report.Vendor, report.Model, silo, report.Since!.Value),
                Kind = "vendor_down",
                Vendor = report.Vendor,
                Model = report.Model,
                Since = report.Since!.Value,
                RaisedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
                Summary = $"{report.Vendor}/{report.Model} does not answer. {report.Why}",
                WhatToDo = report.WhatToDo ?? "",
                Silo = silo,
            })
            .Concat(catalog.Tools.Drift.Alarms.Select(alarm => Drifted(alarm, silo)))
            .Concat(reports.Where(static report => report.State == VendorState.Quarantined).Select(report => Quarantined(report, silo))));

    private Alert Quarantined(VendorReport report, string silo) => new()
    {
        Id = AlertLog.Id("vendor_contract", report.Vendor, report.Model, silo, report.Since ?? 0),
        Kind = "vendor_contract",
        Vendor = report.Vendor,
        Model = report.Model,
        Since = report.Since ?? 0,
        RaisedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
        Summary = $"{report.Vendor}/{report.Model} is in quarantine. {report.Why}",
        WhatToDo = report.WhatToDo ?? "",
        Runs = report.FirstSeen.Count > 0 ? report.FirstSeen[0].Runs : [],
        Silo = silo,
    };

    private static Alert Drifted(DriftAlarm alarm, string silo) => new()
    {
        Id = AlertLog.Id("vendor_drift", alarm.Vendor, alarm.Model, alarm.Signal + silo, alarm.Since.ToUnixTimeMilliseconds()),
        Kind = "vendor_drift",
        Vendor = alarm.Vendor,
        Model = alarm.Model,
        Signal = alarm.Signal,
        Before = alarm.Before,
        After = alarm.After,
        Since = alarm.Since.ToUnixTimeMilliseconds(),
        RaisedAt = alarm.RaisedAt.ToUnixTimeMilliseconds(),
        Summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{alarm.Vendor}/{alarm.Model}: {alarm.Signal} went from {alarm.Before:0.####} to {alarm.After:0.####}."),
        WhatToDo = Advice.OfSignal(alarm.Signal),
        Runs = alarm.Runs,
        Silo = silo,
    };

    private VendorReport Report(
        Candidate candidate, VendorOptions options, IVendorLane? lane, IReadOnlyList<string> routes, CandidateStandings standings)
    {
        var report = new VendorReport
        {
            Vendor = candidate.Vendor,
            Kind = options.Kind,
            Model = candidate.Model,
            State = VendorState.Idle,
            MaxConcurrency = options.MaxConcurrency,
            Routes = routes,
            Signals =
            [
                .. catalog.Tools.Drift.Signals(candidate.Vendor, candidate.Model).Select(static signal => new SignalReport
                {
                    Name = signal.Name,
                    Baseline = signal.Baseline,
                    Recent = signal.Recent,
                    Count = signal.Count,
                    State = signal.State,
                }),
            ],
            FirstSeen =
            [
                .. catalog.Tools.FirstSeen.List(candidate.Vendor).Where(record => record.Model == candidate.Model)
                    .OrderByDescending(static record => record.FirstSeen)
                    .Take(MostFindings)
                    .Select(Finding),
            ],
        };
        if (lane is null)
        {
            return report;
        }

        var health = lane.Health;
        var (calls, failures) = health.Recent();
        var (underWay, waiting) = lane.Load;
        var standing = standings.Find(candidate.Vendor, candidate.Model);
        report = report with
        {
            Contract = lane.Api is { } api ? WireContractCatalog.Default.Find(api, candidate.Model)?.Name : null,
            State = health.LastSuccess is null && health.LastFailure is null ? VendorState.Idle : VendorState.Ok,
            RecentCalls = calls,
            RecentFailures = failures,
            UnderWay = underWay,
            Waiting = waiting,
            LastSuccessAt = health.LastSuccess?.ToUnixTimeMilliseconds(),
            LastFailureAt = health.LastFailure?.At.ToUnixTimeMilliseconds(),
            LastFailureCause = health.LastFailure?.Cause,
            LastFailureMessage = health.LastFailure?.Message,
            PassedOverUntil = standing?.Until.ToUnixTimeMilliseconds(),
        };
        return Judge(report, health, lane.Quarantine, lane.RateLimitWait, options);
    }

    private VendorReport Judge(VendorReport report, VendorHealth health, QuarantineFlag? quarantine, TimeSpan wait, VendorOptions options)
    {
        var last = health.LastFailure;
        if (health.IsOpen || health.OpenSince is not null)
        {
            return report with
            {
                State = VendorState.Open,
                Since = (health.OpenSince ?? health.FailingSince)?.ToUnixTimeMilliseconds(),
                Why = $"The breaker is open after {report.RecentFailures} of {report.RecentCalls} calls failed in five minutes; last: {last?.Message}",
                WhatToDo = $"{Advice.Of(last?.Cause)} One call tries again every {options.BreakerOpenSeconds:0.#} s; nothing has to be reset.",
            };
        }

        if (wait > TimeSpan.Zero)
        {
            return report with
            {
                State = VendorState.RateLimited,
                Since = last?.At.ToUnixTimeMilliseconds(),
                Why = $"The vendor takes no calls for another {wait.TotalSeconds:0.#} s, as its headers say.",
                WhatToDo = Advice.Of("rate_limited"),
            };
        }

        if (health.FailingSince is { } since && last is { } failure)
        {
            var hasWorked = health.LastSuccess is not null && report.RecentFailures < report.RecentCalls;
            return report with
            {
                State = hasWorked ? VendorState.Degraded : VendorState.Failing,
                Since = since.ToUnixTimeMilliseconds(),
                Why = $"{report.RecentFailures} of {report.RecentCalls} calls failed in five minutes; last: {failure.Message}",
                WhatToDo = Advice.Of(failure.Cause),
            };
        }

        if (quarantine?.Raised is { } raised)
        {
            return report with
            {
                State = VendorState.Quarantined,
                Since = raised.Since.ToUnixTimeMilliseconds(),
                Why = $"Its answers have {raised.Path}, which the contract does not know.",
                WhatToDo = "Look at first_seen; when it is harmless, set ContractPolicy to Tolerate or take a contract that knows it, and restart.",
            };
        }

        var changed = report.Signals.Where(static signal => signal.State == "alarm").Select(static signal => signal.Name).ToList();
        if (changed.Count > 0)
        {
            return report with
            {
                State = VendorState.Drifting,
                Since = catalog.Tools.Drift.Alarms.Where(alarm => alarm.Vendor == report.Vendor && alarm.Model == report.Model)
                    .Min(static alarm => (DateTimeOffset?)alarm.Since)?.ToUnixTimeMilliseconds(),
                Why = $"The answers have changed: {string.Join(", ", changed)}.",
                WhatToDo = "Look at /api/alerts for before, after and example runs.",
            };
        }

        return report.RecentFailures * 10 > report.RecentCalls && last is { } late
            ? report with
            {
                State = VendorState.Degraded,
                Since = late.At.ToUnixTimeMilliseconds(),
                Why = $"{report.RecentFailures} of {report.RecentCalls} calls failed in five minutes; last: {late.Message}",
                WhatToDo = Advice.Of(late.Cause),
            }
            : report;
    }

    private static ContractFindingReport Finding(FirstSeenRecord record) => new()
    {
        Kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(record.Kind.ToString()),
        Path = record.Path,
        Sample = record.Value ?? record.Sample,
        FirstSeenAt = record.FirstSeen.ToUnixTimeMilliseconds(),
        Count = record.Count,
        Runs = record.Runs,
    };
}
