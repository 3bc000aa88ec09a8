namespace OrleansAi.Vendors.Pipeline;

/// <summary>What kind of trouble a vendor made. Retries, breaker, fallback and billing read this, not exception types.</summary>
internal enum VendorFault
{
    /// <summary>Nothing of the kinds below.</summary>
    Other,

    /// <summary>It could not be reached, or hung up before it answered.</summary>
    Network,

    /// <summary>It did not answer in time.</summary>
    Timeout,

    /// <summary>Nothing of a stream came in time.</summary>
    FirstTokenTimeout,

    /// <summary>A stream stopped in the middle.</summary>
    Stall,

    /// <summary>A stream or a body ended before its end.</summary>
    Cut,

    /// <summary>It asks for fewer calls.</summary>
    RateLimited,

    /// <summary>The account is spent: no retry helps.</summary>
    QuotaExhausted,

    /// <summary>It has too much to do.</summary>
    Overloaded,

    /// <summary>It failed inside.</summary>
    Server,

    /// <summary>It does not know the key, or the key may not do this.</summary>
    Unauthorized,

    /// <summary>It does not take the request.</summary>
    BadRequest,

    /// <summary>The input is longer than the model's context.</summary>
    ContextLength,

    /// <summary>Its policy refused the input.</summary>
    ContentPolicy,

    /// <summary>Its answer is not what its contract says.</summary>
    Contract,

    /// <summary>Our own limit of calls under way refused the call.</summary>
    Bulkhead,

    /// <summary>Our own breaker is open.</summary>
    BreakerOpen,

    /// <summary>Our own rate limit, learned from the vendor's, refused the call.</summary>
    ClientRateLimit,

    /// <summary>The request has something that this vendor does not take, for example a file.</summary>
    Unsupported,

    /// <summary>Its answer is whole but of no use: a sanity check says why.</summary>
    Unsound,

    /// <summary>The cap on calls for this model execution is reached.</summary>
    CallCap,
}
