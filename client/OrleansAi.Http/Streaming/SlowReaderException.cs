namespace OrleansAi.Http.Streaming;

/// <summary>The client did not read for too long and its stream was cut; its run goes on.</summary>
internal sealed class SlowReaderException(int seconds) : OperationCanceledException($"The client did not read for {seconds} s.")
{
    public int Seconds { get; } = seconds;
}
