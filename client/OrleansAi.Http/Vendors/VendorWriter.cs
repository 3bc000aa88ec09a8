using System.Text.Json;
using OrleansAi.Contracts.Vendors;

namespace OrleansAi.Http.Vendors;

/// <summary>Vendors as operators see them: the state of the worst silo first, then every model and silo.</summary>
internal static class VendorWriter
{
    public static void WriteAll(Utf8JsonWriter json, IReadOnlyList<SiloVendorReport> reports)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var vendor in ByVendor(reports))
        {
            WriteVendor(json, vendor);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteOne(Utf8JsonWriter json, IReadOnlyList<SiloVendorReport> reports, string name) =>
        WriteVendor(json, ByVendor(reports).Single(vendor => vendor.Key == name));

    // What needs somebody's hands stands on top.
    private static IOrderedEnumerable<IGrouping<string, (string Silo, VendorReport Report)>> ByVendor(
        IReadOnlyList<SiloVendorReport> reports) => reports
        .SelectMany(static report => report.Vendors.Select(vendor => (report.Silo, Report: vendor)))
        .GroupBy(static one => one.Report.Vendor, StringComparer.Ordinal)
        .OrderByDescending(static vendor => vendor.Max(static one => one.Report.State))
        .ThenBy(static vendor => vendor.Key, StringComparer.Ordinal);

    private static void WriteVendor(Utf8JsonWriter json, IGrouping<string, (string Silo, VendorReport Report)> vendor)
    {
        var worst = vendor.MaxBy(static one => one.Report.State).Report;
        json.WriteStartObject();
        json.WriteString("name", vendor.Key);
        json.WriteString("kind", worst.Kind);
        WriteState(json, worst);
        json.WriteStartArray("models");
        foreach (var model in vendor.GroupBy(static one => (one.Report.Model, one.Report.Operation))
            .OrderBy(static model => model.Key.Model, StringComparer.Ordinal).ThenBy(static model => model.Key.Operation, StringComparer.Ordinal))
        {
            WriteModel(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteModel(Utf8JsonWriter json, IGrouping<(string Model, string Operation), (string Silo, VendorReport Report)> model)
    {
        var worst = model.MaxBy(static one => one.Report.State).Report;
        json.WriteStartObject();
        json.WriteString("model", model.Key.Model);
        json.WriteString("operation", model.Key.Operation);
        WriteState(json, worst);
        json.WriteStartArray("routes");
        foreach (var route in worst.Routes)
        {
            json.WriteStringValue(route);
        }

        json.WriteEndArray();
        json.WriteNumber("calls_5m", model.Sum(static one => one.Report.RecentCalls));
        json.WriteNumber("failures_5m", model.Sum(static one => one.Report.RecentFailures));
        json.WriteString("contract", worst.Contract);
        json.WriteStartArray("first_seen");
        foreach (var finding in worst.FirstSeen)
        {
            json.WriteStartObject();
            json.WriteString("kind", finding.Kind);
            json.WriteString("path", finding.Path);
            json.WriteString("sample", finding.Sample);
            Time(json, "first_seen_at", finding.FirstSeenAt);
            json.WriteNumber("count", finding.Count);
            Strings(json, "runs", finding.Runs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("signals");
        foreach (var signal in worst.Signals)
        {
            json.WriteStartObject();
            json.WriteString("name", signal.Name);
            json.WriteString("state", signal.State);
            Number(json, "baseline", signal.Baseline);
            Number(json, "recent", signal.Recent);
            json.WriteNumber("count", signal.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("silos");
        foreach (var (silo, report) in model.OrderBy(static one => one.Silo, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("silo", silo);
            json.WriteString("state", StateName(report.State));
            json.WriteNumber("under_way", report.UnderWay);
            json.WriteNumber("waiting", report.Waiting);
            json.WriteNumber("max_concurrency", report.MaxConcurrency);
            Time(json, "last_success_at", report.LastSuccessAt);
            Time(json, "last_failure_at", report.LastFailureAt);
            json.WriteString("last_failure_cause", report.LastFailureCause);
            json.WriteString("last_failure", report.LastFailureMessage);
            Time(json, "passed_over_until", report.PassedOverUntil);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, VendorReport report)
    {
        json.WriteString("state", StateName(report.State));
        json.WriteString("why", report.Why);
        Time(json, "since", report.Since);
        json.WriteString("what_to_do", report.WhatToDo);
    }

    private static string StateName(VendorState state) => state switch
    {
        VendorState.Idle => "idle",
        VendorState.Ok => "ok",
        VendorState.Drifting => "drifting",
        VendorState.Quarantined => "quarantined",
        VendorState.Degraded => "degraded",
        VendorState.RateLimited => "rate_limited",
        VendorState.Failing => "failing",
        _ => "breaker_open",
    };

    internal static void Strings(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    internal static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, Math.Round(number, 4));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    internal static void Time(Utf8JsonWriter json, string name, long? milliseconds)
    {
        if (milliseconds is { } at)
        {
            json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
