using System.Diagnostics;

namespace OrleansAi.Testing.Histories;

/// <summary>Takes down what clients do. Safe for any number of them.</summary>
public sealed class History
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<HistoryOperation> _operations = [];

    /// <summary>The clock of all operations, in microseconds from the beginning.</summary>
    public long Now => (long)Stopwatch.GetElapsedTime(_start).TotalMicroseconds;

    /// <summary>How many operations have ended.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _operations.Count;
            }
        }
    }

    /// <summary>The operations in the order of their ends.</summary>
    public IReadOnlyList<HistoryOperation> Operations
    {
        get
        {
            lock (_lock)
            {
                return [.. _operations];
            }
        }
    }

    /// <summary>Takes an operation down.</summary>
    public void Add(HistoryOperation operation)
    {
        lock (_lock)
        {
            _operations.Add(operation);
        }
    }
}
