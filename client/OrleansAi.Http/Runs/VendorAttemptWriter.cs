using System.Text.Json;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Responses;

namespace OrleansAi.Http.Runs;

/// <summary>The calls to vendors of one step, and what was found in its answer.</summary>
internal static class VendorAttemptWriter
{
    public static void Write(Utf8JsonWriter json, StepView step)
    {
        json.WriteStartArray("vendor_attempts");
        foreach (var attempt in step.VendorAttempts)
        {
            Write(json, attempt);
        }

        json.WriteEndArray();
        json.WriteStartArray("verdicts");
        foreach (var verdict in step.Verdicts)
        {
            json.WriteStartObject();
            json.WriteString("name", verdict.Name);
            json.WriteString("detail", verdict.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, VendorAttempt attempt)
    {
        json.WriteStartObject();
        json.WriteString("vendor", attempt.Vendor);
        json.WriteString("model", attempt.Model);
        json.WriteString("reason", attempt.Reason);
        json.WriteString("outcome", attempt.Outcome);
        json.WriteString("cause", attempt.Cause);
        json.WriteString("message", attempt.Message);
        Number("http_status", attempt.HttpStatus);
        json.WriteNumber("latency_ms", attempt.LatencyMilliseconds);
        Number("first_token_ms", attempt.FirstTokenMilliseconds);
        json.WriteString("billing", attempt.Billing switch
        {
            BillingCertainty.Billed => "billed",
            BillingCertainty.Maybe => "maybe",
            _ => "not_billed",
        });
        ResponseWriter.WriteUsage(json, attempt.Usage);
        TraceFigures.WriteCost(json, attempt.Cost);
        json.WriteBoolean("hedge", attempt.IsHedge);
        json.WriteString("contract", attempt.Contract);
        json.WriteString("contract_version", attempt.ContractVersion);
        json.WriteString("request_hash", attempt.RequestHash);
        json.WriteString("response_hash", attempt.ResponseHash);
        json.WriteEndObject();

        void Number(string name, long? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
