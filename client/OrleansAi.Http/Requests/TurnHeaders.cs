using Microsoft.AspNetCore.Http;
using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Errors;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Requests;

/// <summary>What a caller says about a turn in headers.</summary>
internal static class TurnHeaders
{
    private const int LongestKey = 255;

    public static TurnRequest Apply(TurnRequest request, HttpRequest http, RequestBody body) =>
        Apply(request, http, body, http.Headers[HeaderNames.IdempotencyKey].ToString());

    /// <summary>For a request whose key came in another way.</summary>
    public static TurnRequest Apply(TurnRequest request, HttpRequest http, RequestBody body, string key)
    {
        if (key.Length > LongestKey)
        {
            throw Invalid.Request($"The Idempotency-Key has {key.Length} characters, the limit is {LongestKey}.", HeaderNames.IdempotencyKey);
        }

        // It is stored and looked up by, and not every store takes such characters.
        if (key.Any(char.IsControl))
        {
            throw Invalid.Request("The Idempotency-Key has control characters.", HeaderNames.IdempotencyKey);
        }

        return request with
        {
            IdempotencyKey = key.Length > 0 ? key : null,
            RequestHash = key.Length > 0 ? body.Hash(http.Path) : null,
            Overlap = http.Headers[HeaderNames.Overlap].ToString().ToLowerInvariant() switch
            {
                "" or "queue" => OverlapPolicy.Queue,
                "reject" => OverlapPolicy.Reject,
                var other => throw Invalid.Request($"{HeaderNames.Overlap} is '{other}'; it must be queue or reject.", HeaderNames.Overlap),
            },
        };
    }
}
