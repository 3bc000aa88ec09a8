namespace OrleansAi.Grains.Files;

/// <summary>
/// Lets a few pieces of files be written at once. They are a thousand times as large as the records of a turn and share
/// transactions with them.
/// </summary>
internal sealed class ChunkWrites : IDisposable
{
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>Waits for a place, which is given back by disposing it.</summary>
    public async Task<IDisposable> EnterAsync()
    {
        await _places.WaitAsync();
        return new Place(_places);
    }

    public void Dispose() => _places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
