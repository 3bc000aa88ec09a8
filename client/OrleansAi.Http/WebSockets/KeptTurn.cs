using OrleansAi.Contracts.Runs;
using OrleansAi.Contracts.Transcripts;

namespace OrleansAi.Http.WebSockets;

/// <summary>A turn of a WebSocket, as far as it concerns what its connection keeps.</summary>
internal sealed class KeptTurn(KeptResponses kept, string lane) : IDisposable
{
    private IReadOnlyList<NewItem> _input = [];
    private string? _storedId;
    private string? _continued;
    private long _bytes;
    private bool _hasEndedWell;

    /// <summary>
    /// The turn as the cluster can carry it out: with the items of the response that it continues where only this connection
    /// knows that.
    /// </summary>
    public TurnRequest Resolve(TurnRequest turn, bool isInConversation)
    {
        _continued = turn.PreviousRunId;
        if (_continued is not null && kept.Find(_continued) is { } past)
        {
            turn = turn with { PreviousRunId = past.StoredId, Continues = past.Id, Input = [.. past.Items, .. turn.Input] };
        }

        // A conversation is continued as such.
        if (turn.Options.Forget && !isInConversation && KeptResponse.SizeOf(turn.Input) is var bytes && kept.TryTake(bytes))
        {
            (_input, _storedId, _bytes) = (turn.Input, turn.PreviousRunId, bytes);
        }

        return turn;
    }

    /// <summary>The turn's run has ended.</summary>
    public void End(RunView run)
    {
        if (run.Status is not (RunStatus.Completed or RunStatus.Incomplete))
        {
            return;
        }

        _hasEndedWell = true;
        IReadOnlyList<NewItem> output = [.. run.Output.Select(NewItem.Of)];
        var more = KeptResponse.SizeOf(output);
        if (_bytes > 0 && kept.TryTake(more))
        {
            kept.Replace(lane, new KeptResponse(run.Id, _storedId, [.. _input, .. output], _bytes + more));
            _bytes = 0;
        }
        else
        {
            kept.Replace(lane, null);
        }
    }

    public void Dispose()
    {
        kept.Give(_bytes);
        if (!_hasEndedWell && _continued is not null)
        {
            kept.Drop(_continued);
        }
    }
}
