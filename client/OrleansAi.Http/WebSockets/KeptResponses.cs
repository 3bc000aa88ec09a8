namespace OrleansAi.Http.WebSockets;

/// <summary>
/// The connection-local state of a WebSocket (Open Responses 2026-04-24): the newest response of each lane, where it is not
/// stored. Any lane can continue it. It is gone when a turn that continues it fails, and with the connection.
/// </summary>
internal sealed class KeptResponses(SocketMemory memory) : IDisposable
{
    private readonly Dictionary<string, KeptResponse> _newest = new(StringComparer.Ordinal);
    private long _bytes;
    private bool _isClosed;

    /// <summary>Begins a turn; when the result is disposed, the turn is over.</summary>
    /// <param name="lane">The turn's lane.</param>
    public KeptTurn Begin(string lane) => new(this, lane);

    /// <summary>A response by its id, or null.</summary>
    public KeptResponse? Find(string id)
    {
        lock (_newest)
        {
            return _newest.Values.FirstOrDefault(kept => kept.Id == id);
        }
    }

    /// <summary>Takes room for a response, or none at all.</summary>
    public bool TryTake(long bytes)
    {
        lock (_newest)
        {
            if (_isClosed || _bytes + bytes > memory.MostOfOne || !memory.TryTake(bytes))
            {
                return false;
            }

            _bytes += bytes;
            return true;
        }
    }

    /// <summary>Gives room back.</summary>
    public void Give(long bytes)
    {
        lock (_newest)
        {
            GiveInside(bytes);
        }
    }

    /// <summary>A lane has a newer response.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="response">The response, whose room is taken; null when it is stored, or not kept for want of room.</param>
    public void Replace(string lane, KeptResponse? response)
    {
        lock (_newest)
        {
            if (_newest.Remove(lane, out var older))
            {
                GiveInside(older.Bytes);
            }

            if (response is not null && !_isClosed)
            {
                _newest.Add(lane, response);
            }
        }
    }

    /// <summary>Forgets a response.</summary>
    public void Drop(string id)
    {
        lock (_newest)
        {
            foreach (var (lane, kept) in _newest.Where(kept => kept.Value.Id == id).ToArray())
            {
                _newest.Remove(lane);
                GiveInside(kept.Bytes);
            }
        }
    }

    public void Dispose()
    {
        lock (_newest)
        {
            _isClosed = true;
            _newest.Clear();
            GiveInside(_bytes);
        }
    }

    private void GiveInside(long bytes)
    {
        // What a turn still gives back after the end is given already.
        var given = Math.Min(bytes, _bytes);
        _bytes -= given;
        memory.Give(given);
    }
}
