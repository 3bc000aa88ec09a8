namespace OrleansAi.Engine.Replay;

/// <summary>A clock that stands at the moment that is recorded.</summary>
/// <param name="milliseconds">The moment, Unix milliseconds.</param>
internal sealed class RecordedClock(long milliseconds) : TimeProvider
{
    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <inheritdoc />
    public override long GetTimestamp() => 0;
}
