namespace OrleansAi.Collections.Ingestion;

/// <summary>
/// Bounds how many bytes of files are in work at once (invariant 14). Who is larger than all of it enters alone. Not safe for several threads.
/// </summary>
/// <param name="most">The bound in bytes.</param>
internal sealed class MemoryGate(long most)
{
    private readonly Queue<(long Bytes, TaskCompletionSource Entered)> _waiting = [];
    private long _used;

    /// <summary>Ends when there is room.</summary>
    /// <returns>What gives the room back.</returns>
    public async Task<Place> EnterAsync(long bytes)
    {
        bytes = Math.Clamp(bytes, 1, most);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Enqueue((bytes, entered));
        Admit();
        await entered.Task;
        return new Place(this, bytes);
    }

    private void Leave(long bytes)
    {
        _used -= bytes;
        Admit();
    }

    private void Admit()
    {
        while (_waiting.TryPeek(out var next) && _used + next.Bytes <= most)
        {
            _used += next.Bytes;
            _waiting.Dequeue().Entered.SetResult();
        }
    }

    /// <summary>Room for a file.</summary>
    internal readonly struct Place(MemoryGate gate, long bytes) : IDisposable
    {
        /// <inheritdoc />
        public void Dispose() => gate.Leave(bytes);
    }
}
