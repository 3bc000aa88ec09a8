using OrleansAi.Access.Load;

namespace OrleansAi.Grains.Conversations;

/// <summary>How many runs are open on this silo, of all conversations together, and whether it can do with more.</summary>
internal sealed class OpenRunCount(LoadWatch load)
{
    /// <summary>The number.</summary>
    public int Value => load.Runs.UnderWay;

    public void Add() => load.Runs.Enter();

    public void Remove(int count = 1) => load.Runs.Leave(count);

    /// <summary>
    /// Refuses new work where this silo has as much to do as it can: the front that took the request may be in another process
    /// and see nothing of it.
    /// </summary>
    /// <exception cref="OrleansAi.Contracts.Errors.OrleansAiException"><see cref="OrleansAi.Contracts.Errors.ErrorCodes.Overloaded"/>.</exception>
    public void ThrowIfSaturated()
    {
        if (load.Runs.IsFull)
        {
            throw LoadWatch.Saturated;
        }
    }
}
