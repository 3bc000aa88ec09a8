using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using OrleansAi.Contracts.Telemetry;

namespace OrleansAi.Vendors.WireContracts;

/// <summary>
/// What vendors sent that their contracts do not have: each difference once, with when, where and which runs. One for the
/// life of the process and bounded; safe for use by many threads.
/// </summary>
internal sealed class FirstSeenRegistry(TimeProvider time, ILogger<FirstSeenRegistry> logger)
{
    /// <summary>The most records that are kept; what comes after them is only counted.</summary>
    public const int MostRecords = 1_000;

    /// <summary>The most runs that a record names.</summary>
    public const int MostRuns = 5;

    private static readonly Counter<long> Findings = TelemetrySources.Meter.CreateCounter<long>(
        "orleansai.vendor.contract.findings",
        "{finding}",
        "Differences between vendors' answers and their contracts.");

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Entry> _entries = [];
    private long _overflow;

    /// <summary>Findings for which there was no room.</summary>
    public long Overflow => Interlocked.Read(ref _overflow);

    /// <summary>Takes the findings of one answer in.</summary>
    public void Observe(string vendor, string model, string api, string runId, ContractReading reading)
    {
        foreach (var finding in reading.Findings)
        {
            Findings.Add(
                1,
                new KeyValuePair<string, object?>(TelemetryNames.Vendor, vendor),
                new KeyValuePair<string, object?>(TelemetryNames.GenAiRequestModel, model),
                new KeyValuePair<string, object?>("orleansai.vendor.api", api),
                new KeyValuePair<string, object?>("orleansai.vendor.contract.finding", finding.Kind.ToString()));
            var key = new Key(vendor, model, api, finding.Kind, finding.Path, finding.Value);
            var seen = Count(key, finding, reading.Contract, runId);
            if (seen == Seen.First)
            {
                ContractLog.Write(logger, vendor, model, api, runId, finding);
            }
            else if (seen == Seen.FirstOverflow)
            {
                ContractLog.Overflow(logger, MostRecords, vendor, model, api);
            }
        }
    }

    /// <summary>The records in the order of their first sight, of one vendor or of all.</summary>
    public IReadOnlyList<FirstSeenRecord> List(string? vendor = null)
    {
        lock (_gate)
        {
            return [.. _entries
                .Where(entry => vendor is null || entry.Key.Vendor == vendor)
                .Select(static entry => entry.Value.ToRecord(entry.Key))
                .OrderBy(static record => record.FirstSeen)];
        }
    }

    private Seen Count(Key key, ContractFinding finding, string? contract, string runId)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out var entry))
            {
                entry.Add(now, runId);
                return Seen.Before;
            }

            if (_entries.Count == MostRecords)
            {
                return Interlocked.Increment(ref _overflow) == 1 ? Seen.FirstOverflow : Seen.Before;
            }

            _entries[key] = entry = new Entry(finding, contract, now);
            entry.Add(now, runId);
            return Seen.First;
        }
    }

    private enum Seen
    {
        Before,
        First,
        FirstOverflow,
    }

    private readonly record struct Key(
        string Vendor, string Model, string Api, ContractFindingKind Kind, string Path, string? Value);

    private sealed class Entry(ContractFinding finding, string? contract, DateTimeOffset firstSeen)
    {
        private readonly List<string> _runs = [];
        private DateTimeOffset _lastSeen;
        private long _count;

        public void Add(DateTimeOffset now, string runId)
        {
            _lastSeen = now;
            _count++;
            if (_runs.Count < MostRuns && !_runs.Contains(runId))
            {
                _runs.Add(runId);
            }
        }

        public FirstSeenRecord ToRecord(Key key) => new()
        {
            Vendor = key.Vendor,
            Model = key.Model,
            Api = key.Api,
            Contract = contract,
            Kind = key.Kind,
            Path = key.Path,
            Value = key.Value,
            Event = finding.Event,
            Sample = finding.Sample,
            IsBreaking = finding.IsBreaking,
            FirstSeen = firstSeen,
            LastSeen = _lastSeen,
            Count = _count,
            Runs = [.. _runs],
        };
    }
}
