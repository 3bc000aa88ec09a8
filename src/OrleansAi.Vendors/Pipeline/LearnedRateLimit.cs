using System.Globalization;
using OrleansAi.Vendors.Wire;

namespace OrleansAi.Vendors.Pipeline;

/// <summary>
/// What a vendor's headers say about its limits, so that calls which it would refuse are not made. Headers that make no
/// sense (negative, or used up without an end in sight) are no limits: Azure has sent both.
/// </summary>
internal sealed class LearnedRateLimit(TimeProvider time)
{
    /// <summary>The longest pause that is believed.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private static readonly (string Remaining, string Reset)[] Headers =
    [
        ("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
        ("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
        ("anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"),
        ("anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"),
        ("anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"),
        ("anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset"),
    ];

    private long _blockedUntil;

    /// <summary>How long the vendor wants no call; zero when it takes calls.</summary>
    public TimeSpan Wait
    {
        get
        {
            var left = new TimeSpan(Interlocked.Read(ref _blockedUntil) - time.GetUtcNow().UtcTicks);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>What the vendor would refuse is not sent; what it takes soon is worth the wait.</summary>
    /// <exception cref="VendorException">It takes none soon enough.</exception>
    public async ValueTask WaitAsync(string vendor, long deadline, CancellationToken cancellationToken)
    {
        var wait = Wait;
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        if (wait > LongestPause || wait >= VendorPipeline.Left(deadline, time))
        {
            throw VendorErrors.Of(
                VendorFault.ClientRateLimit,
                $"The vendor '{vendor}' takes no calls for another {wait.TotalSeconds:0.#} s, as its headers say.",
                null,
                wait);
        }

        await Task.Delay(wait, time, cancellationToken);
    }

    /// <summary>Takes the headers of an answer in.</summary>
    public void Learn(WireCapture capture)
    {
        if (capture.Status is null)
        {
            return;
        }

        if (capture.Status is 429 or 503 && VendorErrors.RetryAfter(capture.Header) is { } asked)
        {
            Block(asked);
        }

        foreach (var (remaining, reset) in Headers)
        {
            if (capture.Header(remaining) is { } text
                && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left)
                && left == 0
                && ReadReset(capture.Header(reset)) is { } until)
            {
                Block(until);
            }
        }
    }

    /// <summary>A reset time: <c>1m30.5s</c>, <c>250ms</c>, plain seconds, or an instant.</summary>
    internal TimeSpan? ReadReset(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds > 0 && seconds < 1e6 ? TimeSpan.FromSeconds(seconds) : null;
        }

        if (text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return at - time.GetUtcNow();
        }

        return ReadUnits(text);
    }

    private static TimeSpan? ReadUnits(string text)
    {
        var total = TimeSpan.Zero;
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
            {
                at++;
            }

            var unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
            {
                at++;
            }

            if (!double.TryParse(text.AsSpan(start, unit - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
                || amount > 1e6)
            {
                return null;
            }

            var scale = text.AsSpan(unit, at - unit) switch
            {
                "ms" => 0.001,
                "s" => 1,
                "m" => 60,
                "h" => 3_600,
                "d" => 86_400,
                _ => 0.0,
            };
            if (scale == 0)
            {
                return null;
            }

            total += TimeSpan.FromSeconds(amount * scale);
        }

        return total;
    }

    private void Block(TimeSpan wait)
    {
        if (wait <= TimeSpan.Zero)
        {
            return;
        }

        var until = (time.GetUtcNow() + (wait < Longest ? wait : Longest)).UtcTicks;
        var present = Interlocked.Read(ref _blockedUntil);
        while (until > present)
        {
            var seen = Interlocked.CompareExchange(ref _blockedUntil, until, present);
            if (seen == present)
            {
                return;
            }

            present = seen;
        }
    }
}
