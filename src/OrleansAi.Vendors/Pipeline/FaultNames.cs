namespace OrleansAi.Vendors.Pipeline;

/// <summary>How faults are written in the journal, in metrics and on the operator's page, and what follows from them.</summary>
internal static class FaultNames
{
    /// <summary>The name of a fault. Stored: never change one.</summary>
    public static string Of(VendorFault fault) => fault switch
    {
        VendorFault.Network => "network",
        VendorFault.Timeout => "timeout",
        VendorFault.FirstTokenTimeout => "first_token_timeout",
        VendorFault.Stall => "stall",
        VendorFault.Cut => "cut",
        VendorFault.RateLimited => "rate_limited",
        VendorFault.QuotaExhausted => "quota_exhausted",
        VendorFault.Overloaded => "overloaded",
        VendorFault.Server => "server_error",
        VendorFault.Unauthorized => "unauthorized",
        VendorFault.BadRequest => "bad_request",
        VendorFault.ContextLength => "context_length",
        VendorFault.ContentPolicy => "content_policy",
        VendorFault.Contract => "contract",
        VendorFault.Bulkhead => "bulkhead_full",
        VendorFault.BreakerOpen => "breaker_open",
        VendorFault.ClientRateLimit => "client_rate_limit",
        VendorFault.Unsupported => "unsupported",
        VendorFault.Unsound => "unsound_answer",
        VendorFault.CallCap => "call_cap",
        _ => "other",
    };

    /// <summary>True for trouble of the vendor as a whole, not of one request.</summary>
    public static bool IsOutage(VendorFault fault) => fault is VendorFault.Network or VendorFault.Timeout
        or VendorFault.FirstTokenTimeout or VendorFault.Stall or VendorFault.Cut or VendorFault.Overloaded or VendorFault.Server;

    /// <summary>True when another candidate is better for a while: outages, limits, a lost key, a changed format.</summary>
    public static bool Demotes(string? cause) => cause is "network" or "timeout" or "first_token_timeout" or "stall" or "cut"
        or "overloaded" or "server_error" or "rate_limited" or "quota_exhausted" or "unauthorized" or "contract"
        or "bulkhead_full" or "breaker_open" or "client_rate_limit";
}
