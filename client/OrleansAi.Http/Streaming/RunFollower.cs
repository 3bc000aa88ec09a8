using OrleansAi.Contracts.Runs;
using OrleansAi.Http.Hosting;

namespace OrleansAi.Http.Streaming;

/// <summary>Follows a run for one HTTP response, with comments while nothing happens.</summary>
internal static class RunFollower
{
    /// <summary>Follows a run.</summary>
    /// <param name="calls">The front.</param>
    /// <param name="run">The run.</param>
    /// <param name="after">The number of the last event that the client has; -1 for none.</param>
    /// <param name="stream">Where to.</param>
    /// <param name="write">Puts an event into the stream; false to end it.</param>
    /// <param name="cancellationToken">Fires when the client goes away.</param>
    public static Task FollowAsync(
        FrontCalls calls, FollowedRun run, long after, EventStream stream, Func<RunEvent, bool> write, CancellationToken cancellationToken) => FollowAsync(
        calls, stop => calls.Of(stream.Context).FollowAsync(run.ConversationId, run.Id, after, stop), stream, write, cancellationToken);

    /// <summary>Follows any events.</summary>
    /// <param name="calls">The front.</param>
    /// <param name="follow">Begins to follow.</param>
    /// <param name="stream">Where to.</param>
    /// <param name="write">Puts an event into the stream; false to end it.</param>
    /// <param name="cancellationToken">Fires when the client goes away.</param>
    public static async Task FollowAsync<T>(
        FrontCalls calls, Func<CancellationToken, IAsyncEnumerable<T>> follow, EventStream stream, Func<T, bool> write, CancellationToken cancellationToken)
    {
        var silence = TimeSpan.FromSeconds(calls.Options.KeepAliveSeconds);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var events = follow(stop.Token).GetAsyncEnumerator(stop.Token);
        var next = Task.FromResult(false);
        try
        {
            await PassOnAsync();
        }
        finally
        {
            // An enumerator that moves cannot be disposed: its complaint would take the place of what went wrong.
            await stop.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await events.DisposeAsync();
        }

        async Task PassOnAsync()
        {
            while (true)
            {
                next = events.MoveNextAsync().AsTask();
                while (!next.IsCompleted)
                {
                    // What is there goes out before waiting.
                    await stream.FlushAsync();
                    await ((Task)next).WaitAsync(silence, calls.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (!next.IsCompleted)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        stream.WriteKeepAlive();
                    }
                }

                if (!await next || !write(events.Current))
                {
                    await stream.FlushAsync();
                    return;
                }

                // A long run that is told anew is there at once, and must not be gathered for a client that reads slowly.
                if (stream.IsFull)
                {
                    await stream.FlushAsync();
                }
            }
        }
    }
}
