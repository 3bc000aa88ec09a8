using System.Text.Json;
using OrleansAi.Contracts.Vendors;

namespace OrleansAi.Http.Vendors;

/// <summary>Alerts: those that last on top, newest first.</summary>
internal static class AlertWriter
{
    public static void WriteAll(Utf8JsonWriter json, IReadOnlyList<SiloVendorReport> reports)
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        foreach (var alert in reports.SelectMany(static report => report.Alerts)
            .OrderBy(static alert => alert.EndedAt is not null)
            .ThenByDescending(static alert => alert.RaisedAt))
        {
            json.WriteStartObject();
            json.WriteString("id", alert.Id);
            json.WriteString("kind", alert.Kind);
            json.WriteString("status", alert.EndedAt is null ? "active" : "ended");
            json.WriteString("summary", alert.Summary);
            json.WriteString("what_to_do", alert.WhatToDo);
            VendorWriter.Time(json, "since", alert.Since);
            VendorWriter.Time(json, "raised_at", alert.RaisedAt);
            VendorWriter.Time(json, "ended_at", alert.EndedAt);
            json.WriteString("vendor", alert.Vendor);
            json.WriteString("model", alert.Model);
            json.WriteString("signal", alert.Signal);
            VendorWriter.Number(json, "before", alert.Before);
            VendorWriter.Number(json, "after", alert.After);
            VendorWriter.Strings(json, "runs", alert.Runs);
            json.WriteString("silo", alert.Silo);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
