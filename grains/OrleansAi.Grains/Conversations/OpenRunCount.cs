namespace OrleansAi.Grains.Conversations;

/// <summary>How many runs are open on this silo, of all conversations together.</summary>
internal sealed class OpenRunCount
{
    private int _value;

    /// <summary>The number.</summary>
    public int Value => Volatile.Read(ref _value);

    public void Add() => Interlocked.Increment(ref _value);

    public void Remove(int count = 1) => Interlocked.Add(ref _value, -count);
}
