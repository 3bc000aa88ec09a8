namespace OrleansAi.Vendors.Reports;

/// <summary>What an operator can do about a vendor's trouble, in one or two sentences.</summary>
internal static class Advice
{
    /// <summary>About a kind of failure.</summary>
    public static string Of(string? cause) => cause switch
    {
        "network" => "Check the endpoint, name resolution and the firewall, and the vendor's status page.",
        "timeout" or "first_token_timeout" or "stall" => "Look at the vendor's status page; raise TimeoutSeconds only if such waits are usual.",
        "rate_limited" or "client_rate_limit" => "Lower MaxConcurrency, ask the vendor for a higher limit, or add a candidate to the route.",
        "quota_exhausted" => "The account is spent: raise the limit at the vendor, or move the route to another candidate. Retries do not help.",
        "unauthorized" => "Check the key (ApiKey, ApiKeyFile or ApiKeyEnv) and what it may do.",
        "contract" => "The vendor has changed its format: compare a failed run's answer with the contract, then update the contract or pin an older model.",
        "unsound_answer" => "The answers came but failed the sanity checks: look at the verdicts of the failed runs.",
        "bad_request" or "unsupported" => "The vendor refuses what we send: look at a failed run; a parameter or the transcript may not suit this model.",
        "context_length" => "Set ContextLengthRoute on the route, or shorten the conversation window.",
        "content_policy" => "The vendor's policy refuses the input; set ContentPolicyRoute if another vendor may be asked.",
        "bulkhead_full" => "Raise MaxConcurrency or MaxQueue, or add a candidate to the route.",
        _ => "Look at the vendor's status page and at a failed run.",
    };

    /// <summary>About a signal that has changed.</summary>
    public static string OfSignal(string signal) => signal switch
    {
        "contract_not_exact" => "The vendor's format is changing: look at first_seen of the vendor.",
        "tool_arguments_invalid" => "The model calls functions wrongly: pin the model's version, use strict schemas, or prefer another candidate.",
        "fence_wrapped" => "The model has begun to wrap answers in code fences: whoever takes answers as they are must unwrap them.",
        "refused" => "The model refuses more than it used to: compare the example runs with earlier ones, and pin the model's version.",
        "truncated" => "More answers are cut: look whether thinking eats the limit of tokens, and raise max_output_tokens.",
        "token_ratio" => "The vendor counts more or fewer tokens for the same text: cost and context limits move with it; check its release notes.",
        "output_length" => "Answers are longer or shorter than they used to be: compare the example runs with earlier ones.",
        _ => "The vendor is slower or faster than it used to be: look at its status page, and at your timeouts.",
    };
}
